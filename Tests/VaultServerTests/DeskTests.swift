import NIOCore
import Synchronization
import Testing
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

@testable import VaultServer

private let visitor = Client(browser: "Firefox", network: "203.0.113.0/24")

extension ShareDesk {
    fileprivate func view(_ share: SharesSample.Share, ticket: UInt8 = 1) throws(DeskRefusal)
        -> ViewAnswer
    {
        try view(
            share.name, proof: share.proof, view: share.view,
            ticket: [UInt8](repeating: ticket, count: 32), by: visitor)
    }

    fileprivate func done(_ share: SharesSample.Share, ticket: UInt8 = 1) throws(DeskRefusal) {
        try done(share.name, ticket: [UInt8](repeating: ticket, count: 32))
    }

    fileprivate func object(_ share: SharesSample.Share, ticket: UInt8 = 1) throws(DeskRefusal)
        -> OpenObject
    {
        try object(share.name, number: 1, ticket: [UInt8](repeating: ticket, count: 32))
    }
}

@Suite("The desk that gives out views")
struct DeskTests {
    let sample: SharesSample
    let time = TestClock()

    init() throws { sample = try SharesSample() }

    private func desk() throws -> ShareDesk {
        try ShareDesk(sample.folder(), clock: time.clock)
    }

    @Test("Looking tells the offer and spends nothing")
    func look() throws {
        let share = try sample.share(views: 3, password: true)
        let desk = try desk()
        for _ in 0..<5 {
            let answer = try desk.look(share.name, proof: share.proof)
            #expect(answer.left == 3 && answer.items == 1 && answer.size == 100_500)
            #expect(answer.password?.rounds == 600_000)
        }
        #expect(throws: DeskRefusal.gone) {
            try desk.look(share.name, proof: RandomBytes.make(32))
        }
        #expect(try !sample.package(share).contains("state.json"))
    }

    @Test("ATTACK 80: of 100 at once who want the one view, exactly one gets it")
    func hundredAtOnce() async throws {
        let share = try sample.share(views: 1)
        let desk = try desk()
        let given = try await withThrowingTaskGroup(of: Bool.self) { group in
            for ticket in 0..<100 {
                group.addTask {
                    do throws(DeskRefusal) {
                        _ = try desk.view(share, ticket: UInt8(ticket))
                        return true
                    } catch {
                        #expect(error == .gone)
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(given == 1)
        #expect(try sample.state(share).taken == 1)
    }

    @Test("The same ticket takes no second view, also after a restart")
    func sameTicket() throws {
        let share = try sample.share(views: 2)
        let first = try desk().view(share)
        let again = try desk().view(share)
        #expect(first.left == 1 && again.left == 1 && again.until == first.until)
        #expect(again.half.bytes == share.half)
        #expect(try desk().view(share, ticket: 2).left == 0)
        #expect(throws: DeskRefusal.gone) { try self.desk().view(share, ticket: 3) }
    }

    @Test("The state is durable before the answer, and a write that fails gives nothing")
    func stateFirst() throws {
        let share = try sample.share(views: 1)
        let desk = try desk()
        try sample.package(share).makeFolder("state.json")
        #expect(throws: DeskRefusal.self) { try desk.view(share) }
        try sample.package(share).removeFolder("state.json")
        #expect(try desk.view(share).left == 0)
    }

    @Test("A state that cannot be read is not taken for none")
    func damagedState() throws {
        let share = try sample.share(views: 1)
        try AtomicFile.replace("state.json", in: sample.package(share), with: Array("{".utf8))
        #expect(throws: DeskRefusal.self) { try self.desk().view(share) }
        #expect(try sample.hasHalf(share))
    }

    @Test("The last view that is done destroys half and package; the objects end with it")
    func usedUp() throws {
        let share = try sample.share(views: 1)
        let desk = try desk()
        _ = try desk.view(share)
        let object = try desk.object(share)
        #expect(try object.piece(from: 0, to: 100_000).readableBytes == ServerLimits.chunkByteCount)
        try desk.done(share)
        #expect(throws: DeskRefusal.gone) { try object.piece(from: 0, to: 10) }
        #expect(try !sample.hasHalf(share) && !sample.hasPackage(share))
        #expect(throws: DeskRefusal.gone) { try desk.view(share) }
        let events = try sample.events()
        #expect(events.map(\.kind) == [.started, .opened, .ended])
        #expect(events[1].browser == "Firefox" && events[1].network == "203.0.113.0/24")
        #expect(events[2].reason == "used up" && events[2].share == share.name)
    }

    @Test("A view ends after 15 minutes, and with the last one the share")
    func viewEnds() throws {
        let share = try sample.share(views: 1)
        let desk = try desk()
        _ = try desk.view(share)
        time.pass(899)
        #expect(desk.sweep().isEmpty)
        _ = try desk.object(share)
        time.pass(1)
        #expect(throws: DeskRefusal.gone) { try desk.object(share) }
        #expect(try !sample.hasHalf(share))
    }

    @Test("A view never lasts beyond the expiry")
    func expiryBoundsView() throws {
        let share = try sample.share(views: nil, lasts: 60)
        let desk = try desk()
        #expect(
            try desk.view(share).until <= Int64(sample.offer(share, views: nil, lasts: 60).expires))
        let object = try desk.object(share)
        time.pass(61)
        #expect(throws: DeskRefusal.gone) { try object.piece(from: 0, to: 10) }
        #expect(desk.sweep().isEmpty)
        #expect(try !sample.hasHalf(share) && !sample.hasPackage(share))
        #expect(try sample.events().last?.reason == "expired")
    }

    @Test("ATTACK 82: a clock set back brings nothing back")
    func clockBack() throws {
        let share = try sample.share(views: nil, lasts: 100)
        let running = try desk()
        _ = try running.look(share.name, proof: share.proof)
        // The system's clock stands still, and the server's own goes on.
        time.pass(101)
        time.set(by: -101)
        #expect(throws: DeskRefusal.gone) { try running.look(share.name, proof: share.proof) }
        #expect(try !sample.hasHalf(share))
        #expect(throws: DeskRefusal.gone) { try self.desk().look(share.name, proof: share.proof) }
    }

    @Test("ATTACK 82: a clock set forward ends shares for good")
    func clockForward() throws {
        let share = try sample.share(views: nil, lasts: 100)
        let desk = try desk()
        time.set(by: 200)
        #expect(desk.sweep().isEmpty)
        time.set(by: -200)
        #expect(throws: DeskRefusal.gone) { try desk.look(share.name, proof: share.proof) }
    }

    @Test("A view that ended stays ended when a restarted server's clock is behind")
    func grantsDropped() throws {
        let share = try sample.share(views: nil)
        let desk = try desk()
        _ = try desk.view(share)
        time.pass(901)
        #expect(desk.sweep().isEmpty)
        time.pass(-800)
        #expect(throws: DeskRefusal.gone) { try self.desk().object(share) }
    }

    @Test("Wrong passwords spend no view, are told, and cost ever more time after five")
    func wrongPasswords() throws {
        let share = try sample.share(views: 1, password: true)
        let desk = try desk()
        func guess() -> DeskRefusal? {
            do throws(DeskRefusal) {
                _ = try desk.view(
                    share.name, proof: share.proof, view: RandomBytes.make(32),
                    ticket: RandomBytes.make(32), by: visitor)
                return nil
            } catch {
                return error
            }
        }
        for _ in 0..<6 { #expect(guess() == .password) }
        for wait: Int64 in [2, 4, 8, 16] {
            #expect(guess() == .later(wait))
            time.pass(wait)
            #expect(guess() == .password)
        }
        // A restart forgets nothing.
        #expect(throws: DeskRefusal.later(32)) { try self.desk().view(share) }
        time.pass(32)
        #expect(try self.desk().view(share).left == 0)
        #expect(try sample.state(share).refused == 0)
        #expect(try sample.events().count { $0.kind == .refused } == 10)
    }

    @Test("ATTACK 79, 83: what expired while no server ran is destroyed at its start")
    func downAcrossExpiry() throws {
        let (ended, going) = (try sample.share(lasts: -1), try sample.share())
        #expect(try desk().sweep().isEmpty)
        #expect(try !sample.hasHalf(ended) && !sample.hasPackage(ended))
        #expect(try sample.hasHalf(going) && sample.hasPackage(going))
    }

    @Test("A share that the vault revoked is gone at once, in the middle of a download")
    func revoked() throws {
        let share = try sample.share(views: nil)
        let desk = try desk()
        _ = try desk.view(share)
        let object = try desk.object(share)
        try sample.open().openFolder("halves").unlink(share.name.fileName)
        #expect(desk.sweep().isEmpty)
        #expect(throws: DeskRefusal.gone) { try object.piece(from: 0, to: 10) }
        #expect(throws: DeskRefusal.gone) { try desk.object(share) }
        #expect(try !sample.hasPackage(share))
    }

    @Test("A share that is extended lasts longer")
    func extended() throws {
        let share = try sample.share(views: 1, lasts: 100)
        let desk = try desk()
        _ = try desk.look(share.name, proof: share.proof)
        try sample.put(
            sample.offer(share, views: 4, lasts: 1_000), in: sample.package(share))
        time.pass(101)
        #expect(try desk.look(share.name, proof: share.proof).left == 4)
    }

    @Test("A half whose package never came is dropped after a day")
    func loneHalf() throws {
        let share = try sample.share()
        let links = try sample.open().openFolder("links")
        try links.rename(share.name.fileName, as: "incoming-2")
        let desk = try desk()
        #expect(desk.sweep().isEmpty)
        #expect(try sample.hasHalf(share))
        time.pass(90_000)
        #expect(desk.sweep().isEmpty)
        #expect(try !sample.hasHalf(share))
        #expect(try links.contains("incoming-2"))
    }
}
