import Testing
import VaultFormat

@Suite("A machine's memory of a vault, Spec 07 §8")
struct MachineMemoryTests {
    private func refusal(_ text: String) -> FormatError? {
        do {
            _ = try MachineMemory(parsing: Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test("any memory is parsed back and printed as the same bytes, which are canonical JSON")
    func roundTrip() throws {
        var numbers = Numbers(seed: 80)
        for most in [0, 1, 1 << 40, Header.maximumInteger] {
            let memory = MachineMemory(
                vault: try VaultID(bytes: numbers.bytes(16)), generation: most, size: most,
                root: try LogHash(bytes: numbers.bytes(32)))
            #expect(try MachineMemory(parsing: memory.encoded) == memory)
            let text =
                #"{"format":"lighttight/1 memory","generation":\#(most),"root":""#
                + Base64URL.encode(memory.rootHash.bytes)
                + #"","size":\#(most),"vault":"\#(memory.vault.hex)"}"#
            #expect(String(decoding: memory.encoded, as: UTF8.self) == text)
            let more = MachineMemory(
                vault: memory.vault, generation: most, size: most, root: memory.rootHash,
                checkpoint: Int64(most))
            #expect(try MachineMemory(parsing: more.encoded) == more)
            #expect(
                String(decoding: more.encoded, as: UTF8.self)
                    == #"{"checkpoint":\#(most),"# + text.dropFirst())
            let looked = MachineMemory(
                vault: memory.vault, generation: most, size: most, root: memory.rootHash,
                looked: Int64(most))
            #expect(try MachineMemory(parsing: looked.encoded) == looked)
            #expect(
                String(decoding: looked.encoded, as: UTF8.self)
                    == text.replacing(#","root""#, with: #","looked":\#(most),"root""#))
        }
        let late = MachineMemory(
            vault: try VaultID(bytes: numbers.bytes(16)), generation: 0, size: 0,
            root: try LogHash(bytes: numbers.bytes(32)), checkpoint: .max)
        #expect(late.checkpoint == nil)
    }

    @Test("another form, size or version is refused")
    func strict() {
        let root = String(repeating: "A", count: 43)
        let vault = String(repeating: "0", count: 32)
        func text(
            format: String = "lighttight/1 memory", generation: String = "1", root: String,
            size: String = "2", more: String = ""
        ) -> String {
            #"{"format":"\#(format)","generation":\#(generation),"root":"\#(root)","#
                + #""size":\#(size),"vault":"\#(vault)"\#(more)}"#
        }
        #expect(refusal(text(root: root)) == nil)
        #expect(refusal(text(root: root) + "\n") == .notCanonical)
        #expect(refusal(text(root: root, more: #","x":1"#)) == .notCanonical)
        #expect(
            refusal(text(format: "lighttight/2 memory", root: root)) == .unknown("memory format"))
        #expect(refusal(text(root: "AAAA")) == .wrongLength(expected: 32, actual: 3))
        #expect(
            refusal(text(generation: "9007199254740992", root: root)) == .outOfRange("memory"))
        #expect(refusal(text(root: root, size: "9007199254740992")) == .outOfRange("memory"))
        #expect(refusal(text(root: root, size: "-1")) != nil)
        let early = #"{"checkpoint":-1,"# + text(root: root).dropFirst()
        #expect(refusal(early) == .outOfRange("memory"))
        #expect(refusal("") != nil)
        #expect(refusal(String(repeating: " ", count: 5000)) == .outOfRange("memory size"))
    }
}
