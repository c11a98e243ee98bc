import Glibc
import VaultCrypto
import VaultFiles
import VaultFormat
import VaultSharing

@testable import VaultServer

extension SharesSample {
    /// What who has a request's link knows.
    struct Asked: Sendable {
        let id: RequestID
        let token: [UInt8]
        let name: RequestName
        let slip: RequestSlip

        var proof: [UInt8] { RequestKeys.proof(of: id, token: token) }
        var idText: String { Base64URL.encode(id.bytes) }

        /// What a sealed picture looks like from outside: right where a server looks, else anything.
        func deposit(_ id: DepositID, byteCount: Int = 4_352) -> [UInt8] {
            let start = DepositFront.start(vault: slip.vault, deposit: id, epoch: slip.epoch)
            return start + RandomBytes.make(byteCount - start.count)
        }
    }

    func ask(
        files: Int = 1, bytes: Int64 = 1 << 20, largest: Int64 = 1 << 16, lasts: Int64 = 3_600
    ) throws -> Asked {
        let slip = RequestSlip(
            vault: vault, epoch: 3, public: auditKey.publicKey, from: "Ada", note: nil)
        let offer = RequestOffer(
            expires: Int64(time(nil)) + lasts, files: files, bytes: bytes, largest: largest,
            proof: [])
        // The folder of a vault, whose `shares` this one is.
        let root = try Directory.open(path)
        let requests = try RequestsFolder.make(inShares: root)
        let maker = try RequestMaker(in: requests, slip, offer)
        try maker.publish()
        return Asked(id: maker.id, token: maker.token, name: maker.name, slip: slip)
    }

    func requests() throws -> RequestsFolder {
        try RequestsFolder.make(inShares: Directory.open(path))
    }

    /// Files that came for a request, by the names of their deposits.
    func came(_ asked: Asked) throws -> [String: [UInt8]] {
        let folder = try requests().open(asked.name)
        var found: [String: [UInt8]] = [:]
        var entries = try folder.entries()
        while let entry = try entries.next() {
            let name = String(decoding: entry.name.bytes, as: UTF8.self)
            guard name.hasSuffix(".deposit") else { continue }
            found[String(name.dropLast(8))] = try AtomicFile.read(
                entry.name, in: folder, limit: 1 << 24)
        }
        return found
    }
}

extension ServerSample {
    func look(_ asked: SharesSample.Asked, proof: [UInt8]? = nil) throws -> RawAnswer {
        try post(
            "/r/\(asked.idText)/look",
            #"{"proof":"\#(Base64URL.encode(proof ?? asked.proof))"}"#)
    }

    static func head(
        _ asked: SharesSample.Asked, _ deposit: DepositID, byteCount: Int,
        proof: [UInt8]? = nil, _ more: String = ""
    ) -> String {
        "PUT /r/\(asked.idText)/\(deposit.hex) HTTP/1.1\r\nHost: a\r\n"
            + "Authorization: Request \(Base64URL.encode(proof ?? asked.proof))\r\n"
            + "Content-Type: application/octet-stream\r\nContent-Length: \(byteCount)\r\n"
            + "\(more)\r\n"
    }

    func put(
        _ asked: SharesSample.Asked, _ deposit: DepositID, _ bytes: [UInt8],
        proof: [UInt8]? = nil
    ) throws -> RawAnswer {
        let client = try client()
        client.send(Self.head(asked, deposit, byteCount: bytes.count, proof: proof))
        client.send(bytes)
        return try client.answer()
    }
}

extension DepositID {
    static func drawn() -> DepositID {
        RandomBytes.make(byteCount).withUnsafeBytes { DepositID(at: 0, in: $0) }
    }
}
