import Glibc
import VaultKit

/// The one way by which this process gets its passphrase.
enum SecretRoute {
    case file([UInt8], Kind)
    case command([UInt8])
    case descriptor(Int32)
    case terminal

    enum Kind: String {
        case passphrase = "passphrase file"
        case recovery = "recovery code file"
        case credential
        case password = "password file"
        case link = "link file"
    }

    /// Options come first, then the environment, then a service's credential, then the terminal.
    ///
    /// - Throws: `usage` when two ways are given at once, or none and there is no terminal.
    init(_ options: SecretOptions) throws(VaultError) {
        var given: [SecretRoute] = []
        if let file = options.passphraseFile { given.append(.file(file.bytes, .passphrase)) }
        if let file = options.recoveryCodeFile { given.append(.file(file.bytes, .recovery)) }
        if let command = options.passphraseCommand {
            given.append(.command(ArgumentBytes.bytes(of: command)))
        }
        if let number = options.passphraseFd { given.append(.descriptor(number)) }
        if given.isEmpty {
            if let file = Environment.bytes("LIGHTTIGHT_PASSPHRASE_FILE") {
                given.append(.file(file, .passphrase))
            }
            if let command = Environment.bytes("LIGHTTIGHT_PASSPHRASE_COMMAND") {
                given.append(.command(command))
            }
        }
        if given.isEmpty, let file = Self.credential { given.append(.file(file, .credential)) }
        guard given.count < 2 else {
            throw VaultError(
                .usage, "the passphrase is to come from two places at once",
                hint: "keep one of --passphrase-file, --passphrase-command, --passphrase-fd and "
                    + "--recovery-code-file, or one of the variables")
        }
        if let only = given.first {
            self = only
            return
        }
        guard Terminal() != nil else { throw Self.noRoute }
        self = .terminal
    }

    /// Whether a variable or a service says where the passphrase is.
    static var isInEnvironment: Bool {
        Environment.bytes("LIGHTTIGHT_PASSPHRASE_FILE") != nil
            || Environment.bytes("LIGHTTIGHT_PASSPHRASE_COMMAND") != nil
            || credential != nil
    }

    /// What a service manager keeps for us.
    private static var credential: [UInt8]? {
        guard let folder = Environment.bytes("CREDENTIALS_DIRECTORY") else { return nil }
        let file = folder + Array("/lighttight-passphrase".utf8)
        return exists(file) ? file : nil
    }

    static let noRoute = VaultError(
        .usage, "no passphrase: there is no terminal to ask for it",
        hint: "give --passphrase-file FILE, --passphrase-command COMMAND, --passphrase-fd N, "
            + "LIGHTTIGHT_PASSPHRASE_FILE, LIGHTTIGHT_PASSPHRASE_COMMAND or the service credential "
            + "lighttight-passphrase")

    var isTerminal: Bool {
        if case .terminal = self { true } else { false }
    }

    /// Reads the secret into guarded memory.
    func read(_ console: Console) throws(VaultError) -> Passphrase {
        switch self {
        case .file(let path, let kind): return try Self.read(file: path, kind, console)
        case .command(let command): return try SecretCommand.read(command)
        case .descriptor(let number):
            guard number >= 0, fcntl(number, F_GETFD) >= 0 else {
                throw VaultError(.usage, "file descriptor \(number) is not open")
            }
            return try Passphrase.read(descriptor: number)
        case .terminal:
            guard let terminal = Terminal() else { throw Self.noRoute }
            return try terminal.askSecret("Passphrase: ")
        }
    }

    private static func read(
        file path: [UInt8], _ kind: Kind, _ console: Console
    ) throws(VaultError) -> Passphrase {
        let name = Printable.text(path)
        guard path != [UInt8(ascii: "-")] else {
            throw VaultError(
                .usage, "a \(kind.rawValue) named \"-\" would be a file of that name",
                hint: "for standard input: --passphrase-fd 0; for the file: ./-")
        }
        let descriptor = CString.with(path) { open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else {
            throw VaultError(
                .failed,
                "cannot read \(kind.rawValue) \"\(name)\": " + String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT != S_IFDIR else {
            throw VaultError(.failed, "\(kind.rawValue) \"\(name)\" is a folder")
        }
        if facts.st_mode & S_IFMT == S_IFREG, facts.st_mode & 0o044 != 0 {
            console.warning(
                "\(kind.rawValue) \"\(name)\" can be read by others",
                hint: "chmod 600 \(name)")
        }
        return try Passphrase.read(descriptor: descriptor)
    }

    private static func exists(_ path: [UInt8]) -> Bool {
        CString.with(path) { access($0, F_OK) } == 0
    }
}

/// Bytes as the C library wants them.
enum CString {
    static func with<Result>(
        _ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result
    ) -> Result {
        let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
        return terminated.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
