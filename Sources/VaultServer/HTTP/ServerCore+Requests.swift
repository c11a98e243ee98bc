internal import NIOHTTP1
internal import VaultFormat
internal import VaultSharing

// Requests for pictures. Spec 13 §6. All of these block.
extension ServerCore {
    func look(_ id: RequestID, _ body: PostBody) -> Reply {
        let name = ServedFolder.name(of: id)
        guard let proof = body.proof else { return Reply(answer: .bad(.badRequest, "body")) }
        do throws(DeskRefusal) {
            return Reply(
                answer: told(try requests.look(name, proof: proof)), subject: .request(name))
        } catch {
            return refused(error, .request(name))
        }
    }

    /// Judges a file by its head.
    func begin(
        _ id: RequestID, _ deposit: DepositID, proof: [UInt8]?, byteCount: Int64
    ) -> Result<Receiving, Refused> {
        let name = ServedFolder.name(of: id)
        return refusing(name) { () throws(DeskRefusal) in
            guard let proof else { throw .gone }
            return try requests.begin(name, deposit, proof: proof, byteCount: byteCount)
        }
    }

    /// Writes a piece: no answer yet.
    func write(_ bytes: [UInt8], _ receiving: Receiving) -> Result<Reply?, Refused> {
        refusing(receiving.request) { () throws(DeskRefusal) in
            try receiving.write(bytes)
            return nil
        }
    }

    func finish(_ receiving: Receiving, by client: Client) -> Result<Reply?, Refused> {
        refusing(receiving.request) { () throws(DeskRefusal) in
            let (isNew, answer) = try receiving.finish(by: client)
            return Reply(
                answer: .json(isNew ? .created : .ok, answer),
                subject: .request(receiving.request))
        }
    }

    private func refusing<R>(
        _ request: RequestName, _ body: () throws(DeskRefusal) -> R
    ) -> Result<R, Refused> {
        do throws(DeskRefusal) {
            return .success(try body())
        } catch {
            return .failure(Refused(reply: refused(error, .request(request))))
        }
    }
}
