import Foundation
import Testing
import VaultKit

@testable import VaultCommands

/// The contract's page, taken apart.
enum Contract {
    static let text: String = {
        let page =
            (#filePath as NSString).deletingLastPathComponent + "/../../Docs/CommandContract.md"
        // An unreadable page is an empty one, and every test of it then fails.
        return (try? String(contentsOfFile: page, encoding: .utf8)) ?? ""
    }()

    /// The lines of its JSON examples.
    static let examples: [String] = {
        var isInside = false
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("```") {
                isInside = line == "```json"
            } else if isInside {
                lines.append(String(line))
            }
        }
        return lines
    }()

    /// What kind of message it is, and the names of all its members, however deep.
    static func shape(of line: String) throws -> (kind: String, members: Set<String>) {
        let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
        guard let object = value as? [String: Any], let type = object["message_type"] as? String
        else { throw CocoaError(.propertyListReadCorrupt) }
        // A finding of doctor's names the command that mends it.
        let command = type == "summary" ? object["command"] as? String : nil
        return (command.map { type + " " + $0 } ?? type, members(object, ""))
    }

    private static func members(_ value: Any, _ path: String) -> Set<String> {
        if let list = value as? [Any] {
            return list.reduce(into: []) { $0.formUnion(members($1, path + "[]")) }
        }
        guard let object = value as? [String: Any] else { return [] }
        return object.reduce(into: []) { names, member in
            // Either stands for the other.
            let name = path + "." + member.key.replacingOccurrences(of: "_base64", with: "")
            names.insert(name)
            names.formUnion(members(member.value, name))
        }
    }
}

@Suite("The contract's page and the program")
struct ContractTests {
    @Test("every exit code stands in the contract, and no other")
    func exitCodes() {
        let rows = Contract.text.split(separator: "\n").compactMap { line -> String? in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, Int32(cells[0]) != nil else { return nil }
            return cells[0] + " " + cells[1]
        }
        #expect(rows == ExitCode.allCases.map { "\($0.rawValue) `\($0)`" })
    }

    @Test("every error code stands in the contract and has an exit code of its own")
    func errorCodes() {
        for code in VaultError.Code.allCases {
            #expect(Contract.text.contains("`\(code.rawValue)`"), "\(code)")
        }
        #expect(
            Set(VaultError.Code.allCases.map { ExitCode($0) }).count == ExitCode.allCases.count - 1)
    }

    @Test("every kind of finding stands in the contract")
    func findings() {
        for kind in Finding.Kind.allCases {
            #expect(Contract.text.contains("`\(kind.rawValue)`"), "\(kind)")
        }
    }

    @Test("every code of doctor's stands in the contract, in order of danger")
    func doctor() throws {
        let list = try #require(
            Contract.text.range(of: "`code` is one of, from the most dangerous: ").map {
                Contract.text[$0.upperBound...]
            })
        let codes = list.prefix { $0 != "." }.matches(of: /`([a-z-]+)`/).map { String($0.1) }
        #expect(codes == DoctorFinding.Code.allCases.map(\.rawValue))
    }

    @Test("every variable that the program reads stands in the contract")
    func variables() throws {
        let folder =
            (#filePath as NSString).deletingLastPathComponent
            + "/../../Sources/VaultCommands"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".swift") }
        try #require(files.count > 50)
        for file in files {
            let source = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            for match in source.matches(of: /LIGHTTIGHT_[A-Z_]+/)
            where match.0 != "LIGHTTIGHT_FAULT" {
                #expect(Contract.text.contains(match.0), "\(match.0) in \(file)")
            }
        }
    }

    @Test("the status line has the documented members")
    func statusLine() throws {
        let members = ProgressMeter.members(Progress(totalFiles: 2, totalBytes: 3), seconds: 1)
        let line = JSON.object([("message_type", .text("status"))] + members).line
        let documented = try Contract.examples.map { try Contract.shape(of: $0) }
            .filter { $0.kind == "status" }
        #expect(documented.map(\.members) == [try Contract.shape(of: line).members])
    }

    /// Beside this file.
    private static let linkServer =
        (#filePath as NSString).deletingLastPathComponent + "/Links/server.py"

    @Test("the JSON that commands print has the documented members, and each summary is printed")
    func shapes() async throws {
        let documented = try Dictionary(
            grouping: Contract.examples.map { try Contract.shape(of: $0) }, by: \.kind
        ).mapValues { $0.map(\.members) }
        try #require(documented.count > 10)
        let place = try Workplace()
        let making = "--passphrase-file pass --cost insecure-for-tests --recovery-code-out code"
        let key = "--json --passphrase-file pass"
        let script = """
            exec 2>&1
            lighttight init --json \(making)
            : > "pictures/$(printf 'raw\\377')"
            ln -s nowhere pictures/link
            lighttight import \(key) --verbose --album a --tag t --subject s pictures
            lighttight import \(key) --passphrase-file pass
            lighttight index \(key)
            lighttight list \(key)
            first=$(lighttight list --passphrase-file pass | head -n 1 | cut -c 1-8)
            lighttight show \(key) "$first"
            lighttight album create x --retain 90d \(key)
            lighttight album add x \(key) "$first"
            lighttight album rename x y \(key)
            lighttight album list \(key)
            lighttight album remove y \(key) "$first"
            lighttight tag add x \(key) "$first"
            lighttight tag list \(key)
            lighttight tag remove x \(key) "$first"
            lighttight edit \(key) "$first" --caption c
            lighttight search \(key) c
            lighttight timeline \(key)
            lighttight duplicates \(key)
            lighttight export \(key) --verbose --all --to out
            lighttight verify \(key)
            lighttight verify --json --no-key
            lighttight deposit \(key) --verbose pictures
            lighttight inbox list \(key)
            lighttight inbox reject \(key) "$(ls "$VAULT/inbox" | head -n 1 | cut -c 1-16)"
            lighttight inbox accept \(key) --all
            lighttight look \(key) s
            lighttight key list --json
            lighttight key add \(key) --label Desk --role desk --recovery --recovery-code-out code2
            lighttight key change \(key) Desk --label "Front desk"
            lighttight key remove \(key) "Front desk"
            lighttight key rotate \(key)
            lighttight share serve --json --listen 127.0.0.1:0 > serving & server=$!
            while ! test -s serving; do sleep 0.1; done
            kill $server; wait $server; cat serving
            lighttight audit checkpoint --passphrase-file pass > checkpoint
            lighttight audit checkpoint \(key)
            lighttight audit log \(key)
            lighttight audit log --passphrase-file pass --csv | head -n 1 > log.csv
            lighttight audit verify --json --every-signature --against checkpoint
            lighttight audit export \(key) --to log --against checkpoint
            lighttight unlock \(key)
            lighttight lock --json
            lighttight share address \(key) https://pictures.example
            lighttight share create \(key) --original --to Ada --views 2 "$first"
            share=$(ls "$VAULT/shares/links")
            lighttight share list \(key)
            lighttight share show \(key) "$share"
            (umask 077; printf 'correct horse battery' > word)
            # Stretching the password may take so long that it tells how far it is.
            lighttight share bundle \(key) --original --to Ada --out b.html --password-file word "$first" \
                | tail -n 1
            lighttight share extend \(key) "$share" --expires 2w
            lighttight share revoke \(key) "$share"
            lighttight request create \(key) --subject s --to Ada
            request=$(ls "$VAULT/shares/requests")
            lighttight request list \(key)
            lighttight request show \(key) "$request"
            lighttight request extend \(key) "$request" --files 5
            lighttight request revoke \(key) "$request"
            python3 "\(Self.linkServer)" "$VAULT/shares" none > port & server=$!
            while [ ! -s port ]; do sleep 0.1; done
            lighttight share create -q --passphrase-file pass --original "$first" \
                --base "http://127.0.0.1:$(cat port)" > link
            lighttight open-link --json --to opened < link
            kill $server; rm port
            lighttight remove \(key) "$first"
            lighttight restore \(key) --all
            lighttight remove \(key) "$first"
            lighttight purge \(key) --all --yes
            printf 'path,subject,retain-until\\ndue.jpg,gone,2001-01-01\\n' > due.csv
            printf due > due.jpg
            lighttight import --passphrase-file pass -q --no-look --manifest due.csv due.jpg
            lighttight subject list \(key)
            lighttight subject show \(key) s
            lighttight retention due \(key)
            lighttight retention run \(key) --yes
            lighttight backup -q "$HOME/copy"
            lighttight subject export \(key) s --to person
            lighttight subject erase \(key) s --yes --receipt receipt --reference r
            lighttight subject receipt verify --json receipt
            lighttight import --passphrase-file pass -q --again --subject s pictures 2> /dev/null
            lighttight compact \(key)
            lighttight backup --json "$HOME/copy"
            lighttight status --json
            lighttight status --json --vault nowhere
            lighttight fingerprint --json pictures/*.jpg
            lighttight trace \(key) pictures/*.jpg
            chmod 777 "$VAULT"
            lighttight doctor --json --repair --yes file-modes
            cp -p "$VAULT"/records.* .
            lighttight doctor --json > /dev/null
            lighttight remove -q --passphrase-file pass --name '*sea*'
            cp -p records.* "$VAULT"
            lighttight doctor --accept-restore --yes \(key)
            lighttight init --json --nonsense
            chmod 644 pass
            lighttight import \(key) --again pictures
            chmod u+w "$VAULT"/packs/*/*
            for pack in "$VAULT"/packs/*/*; do : > "$pack"; done
            lighttight verify \(key)
            lighttight verify --json --no-key
            """
        let ended = try await place.shell(script, variables: ["VAULT": place.vault])
        var seen: Set<String> = []
        for line in ended.outputText.split(separator: "\n") {
            let shape: (kind: String, members: Set<String>)
            do {
                shape = try Contract.shape(of: String(line))
            } catch {
                Issue.record("no JSON: \(line)")
                continue
            }
            seen.insert(shape.kind)
            let known = documented[shape.kind] ?? []
            // A list that is empty hides the members of what it would hold.
            #expect(
                known.contains {
                    shape.members.isSubset(of: $0)
                        && $0.subtracting(shape.members)
                            .allSatisfy { $0.contains("[]") }
                },
                "\(shape.kind) has other members than the contract says: \(line)")
        }
        let silent = Set(documented.keys).subtracting(seen)
        // Work of a second is too long for a test; its members are judged above. None of the pictures shows
        // anything, so no two are alike. Some kernels keep no keys.
        // Nobody asks the server for anything here; FaultTests do.
        let isBlocked = ended.outputText.contains("the kernel keeps no keys")
        #expect(
            silent
                == (isBlocked
                    ? ["status", "duplicates", "request", "summary unlock"]
                    : ["status", "duplicates", "request"]),
            "never printed: \(silent)")
        let columns = try String(contentsOfFile: place.work + "/log.csv", encoding: .utf8)
        #expect(
            columns.hasPrefix("sequence,")
                && Contract.text.contains("`\(columns.trimmingCharacters(in: .newlines))`"))
        let canaries = try CanaryHunt.hunt(in: place)
        #expect(canaries.isEmpty, "\(canaries)")
    }
}
