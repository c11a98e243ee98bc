import ArgumentParser
import Glibc
import VaultFormat
import VaultKit
import VaultServer

struct ServeCommand: VaultCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the vault's shares to those who have links.",
        discussion: """
            Needs no passphrase, and of the vault nothing but its folder shares: with --shares it \
            runs for another user, or on another machine, who cannot open anything. Counts views, \
            and destroys what has ended. Ends at SIGTERM or SIGINT; running downloads get some \
            seconds.

            Browsers open links on https, and on http only on this machine. Give --tls-cert and \
            --tls-key, or put a proxy in front that speaks https: then say --behind-proxy, so that \
            each visitor is limited, and not the proxy. Docs/Guides/SharingServer.md has examples.
            """)

    @OptionGroup var common: CommonOptions

    @Option(
        help: ArgumentHelp(
            "Where to listen; port 0 is any that is free.", valueName: "host:port"))
    var listen = ListenAddress(argument: "127.0.0.1:8470")!

    @Option(
        help: ArgumentHelp("Serves this folder, with no vault at hand.", valueName: "folder"))
    var shares: FolderArgument?

    @Option(
        help: ArgumentHelp(
            "The certificate, and those that vouch for it, in PEM.", valueName: "file"))
    var tlsCert: PathArgument?

    @Option(help: ArgumentHelp("The certificate's private key, in PEM.", valueName: "file"))
    var tlsKey: PathArgument?

    @Flag(help: "Believes X-Forwarded-For, which a proxy in front must set itself.")
    var behindProxy = false

    func validate() throws {
        if (tlsCert == nil) != (tlsKey == nil) {
            throw ValidationError("--tls-cert FILE and --tls-key FILE go together")
        }
        if shares != nil, common.vault != nil {
            throw ValidationError("--shares names the folder without a vault: leave --vault out")
        }
    }

    func perform(_ console: Console) throws(VaultError) -> ExitCode {
        let folder = try folder(console)
        var settings = ServerSettings(folder: folder)
        settings.host = listen.host
        settings.port = listen.port
        settings.behindProxy = behindProxy
        if let tlsCert, let tlsKey {
            settings.tls = ServerSettings.TLS(
                certificates: String(decoding: tlsCert.bytes, as: UTF8.self),
                key: String(decoding: tlsKey.bytes, as: UTF8.self))
        }
        let server: ShareServer
        do throws(ServerError) {
            server = try ShareServer(settings) { Self.tell($0, console) }
        } catch {
            throw VaultError(error, folder, listen)
        }
        Signals.beginWork()
        say(server, folder, console)
        while !Signals.isStopping { usleep(100_000) }
        console.note("ending; running downloads get some seconds")
        server.stop()
        return .done
    }

    private func folder(_ console: Console) throws(VaultError) -> [UInt8] {
        if let shares { return shares.bytes }
        return try common.open(console).tellServer()
    }

    private func say(_ server: ShareServer, _ folder: [UInt8], _ console: Console) {
        let address = listen.url(secure: tlsCert != nil, port: server.port)
        if tlsCert == nil, !behindProxy, !listen.isLoopback {
            console.warning(
                "browsers open no link on http from another machine",
                hint: "give --tls-cert and --tls-key, or put a proxy that speaks https in front")
        }
        if console.json {
            console.message(
                "serving", [("address", .text(address)), JSON.path("shares", folder)],
                atOnce: true)
        } else {
            console.result(
                "serving \(Printable.text(folder)) at \(address)", atOnce: true)
        }
    }

    /// A line for each request about a share that is there: nothing of the link, nothing of the visitor.
    private static func tell(_ news: ServerNews, _ console: Console) {
        switch news {
        case .trouble(let words): console.warning(words)
        case .request(let request):
            let (share, asking): (ShareName?, RequestName?) =
                switch request.subject {
                case .share(let name): (name, nil)
                case .request(let name): (nil, name)
                }
            if console.json {
                console.message(
                    "request",
                    [
                        ("share", .optional(share?.hex)),
                        ("request", .optional(asking?.hex)), ("status", .count(request.status)),
                        ("bytes", .integer(request.bytes)),
                    ], atOnce: true)
            } else {
                let name = share.map { "share \($0)" } ?? asking.map { "request \($0)" } ?? ""
                console.note("\(name) \(request.status) \(request.bytes)")
            }
        }
    }
}

extension VaultError {
    fileprivate init(_ error: ServerError, _ folder: [UInt8], _ listen: ListenAddress) {
        let name = "\"\(Printable.text(folder))\""
        switch error {
        case .folder(let why): self.init(.failed, "\(name) cannot be served: \(why)")
        case .noNotice:
            self.init(
                .failed,
                "\(name) has no vault.json: the vault did not say who may read what is seen",
                hint: "unlock the vault that it belongs to, or serve it with --vault once")
        case .inUse:
            self.init(.vaultInUse, "\(name) is served already, by another process")
        case .address(let why):
            self.init(
                .failed, "cannot listen on \(listen.url(secure: false, port: listen.port)): \(why)",
                hint: "choose another address: --listen HOST:PORT")
        case .tls(let why):
            self.init(.usage, "the files of --tls-cert and --tls-key are of no use: \(why)")
        }
    }
}
