internal import Synchronization
internal import VaultFiles
internal import VaultFormat
internal import VaultSharing

/// What the server tells the vault. Spec 11 §9.
final class EventBook: Sendable {
    private let folder: ServedFolder
    private let clock: ServerClock
    private let events: Mutex<ServedEvents>

    /// - Throws: when the vault did not say to whom events are sealed, or they cannot be continued.
    init(_ folder: ServedFolder, clock: ServerClock) throws(ServerError) {
        self.folder = folder
        self.clock = clock
        let notice: ServerNotice
        do throws(ServedError) {
            notice = try folder.notice()
        } catch .file(.notFound) {
            throw .noNotice
        } catch {
            throw .folder("vault.json " + error.describe)
        }
        do throws(ServedError) {
            events = Mutex(try ServedEvents(in: folder.own, vault: notice.vault))
        } catch {
            throw .folder("a file in server/ " + error.describe)
        }
        if events.withLock({ $0.isNew }) {
            do throws(DeskRefusal) {
                try tell(ServerEventContent(.started))
            } catch {
                throw .folder("the server's events cannot be written")
            }
        }
    }

    /// Tells one event; it is durable when this returns.
    func tell(_ content: ServerEventContent) throws(DeskRefusal) {
        let failure = events.withLock { events -> String? in
            do throws(ServedError) {
                // Read anew: after a rotation the vault has another audit key.
                try events.append(content, at: clock.now, to: folder.notice())
                return nil
            } catch {
                return error.describe
            }
        }
        if let failure { throw .failed("an event cannot be written: " + failure) }
    }
}
