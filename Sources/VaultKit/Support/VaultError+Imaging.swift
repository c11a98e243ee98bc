import VaultImaging

extension VaultError {
    init(_ error: ImagingError) {
        let hint = "install lighttight-imager beside lighttight: make install puts it in its place"
        switch error {
        case .cannotStart(let code):
            self.init(
                .failed, "the program that decodes pictures cannot be started (error \(code))",
                hint: hint)
        case .ended(let status):
            self.init(
                .failed, "the program that decodes pictures ended at once (status \(status))",
                hint: hint)
        case .wrongProgram:
            self.init(
                .failed, "the program that decodes pictures is of another version", hint: hint)
        case .noFont:
            self.init(
                .failed, "no font of this machine has all the letters of the mark",
                hint: "install a font for them, such as Debian's fonts-dejavu-core or fonts-noto")
        case .unprotected:
            self.init(
                .failed,
                "this kernel offers neither Landlock nor seccomp, so no picture is decoded",
                hint: "a decoder that is not shut in could be taken over by a picture")
        }
    }
}
