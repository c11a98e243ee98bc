// Writes entries to a vault's log, as so many readings would: long-log VAULT COUNT <CODE
//
// Standard input holds a passphrase or a recovery code. Each entry is a transaction of its own, signed by the
// slot that opens.

import Glibc
import VaultFormat
import VaultKit

@main
struct LongLog {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]) else {
            print("usage: long-log VAULT COUNT <CODE")
            exit(2)
        }
        let vault = try Vault.open(at: Array(arguments[1].utf8))
        let slot = try vault.unlock(Passphrase.read(descriptor: 0))
        try slot.tell([Telling](repeating: Telling(.listed, count: 1), count: count))
    }
}
