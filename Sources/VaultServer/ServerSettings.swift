internal import NIOCore
internal import NIOSSL

/// How a server is to serve.
package struct ServerSettings: Sendable {
    /// Files of a certificate chain and its private key, PEM.
    package struct TLS: Sendable {
        package var certificates: String
        package var key: String

        package init(certificates: String, key: String) {
            self.certificates = certificates
            self.key = key
        }
    }

    /// Path of the folder `shares/`.
    package var folder: [UInt8]
    package var host = "127.0.0.1"
    /// 0 for any that is free.
    package var port = 8470
    package var tls: TLS?
    /// Whether `X-Forwarded-For` is the word of a proxy of one's own.
    package var behindProxy = false
    package var limits = ServerLimits()

    package init(folder: [UInt8]) { self.folder = folder }
}

extension ServerSettings.TLS {
    func context() throws(ServerError) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificates)
            let key = try NIOSSLPrivateKey(file: key, format: .pem)
            var settings = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            settings.minimumTLSVersion = .tlsv12
            settings.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: settings)
        } catch {
            throw .tls("they cannot be read, or are no PEM files that belong together")
        }
    }
}
