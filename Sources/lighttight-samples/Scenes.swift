/// What is drawn: enough shape to recognise a picture by, all of it from the generator's numbers.
enum Scene: CaseIterable {
    case landscape
    case portrait
    case night
    case blocks

    func drawn(
        width: Int, height: Int, grain: Int, _ generator: inout SeededGenerator
    ) -> Canvas {
        var canvas = Canvas(width: width, height: height)
        let across = Double(width)
        let down = Double(height)
        switch self {
        case .landscape:
            canvas.gradient(
                from: .random(&generator, 90, 180), to: .random(&generator, 190, 250))
            canvas.ellipse(
                across * generator.fraction(), down * 0.25, down * 0.08, down * 0.08,
                Colour(red: 255, green: 240, blue: 190))
            for layer in 0..<4 {
                canvas.hill(
                    0.45 + 0.13 * Double(layer), 0.05, 3 + 9 * generator.fraction(),
                    .random(&generator, 20, 150 - 25 * Double(layer)))
            }
        case .portrait:
            canvas.gradient(from: .random(&generator, 80, 200), to: .random(&generator, 60, 220))
            let middle = across * (0.42 + 0.16 * generator.fraction())
            let head = down * (0.16 + 0.05 * generator.fraction())
            let eyeLine = down * 0.4
            let skin = Colour(red: 236, green: 188, blue: 160)
                .mixed(with: Colour(red: 70, green: 45, blue: 35), generator.fraction())
            canvas.ellipse(
                middle, down * 1.05, head * 2.4, down * 0.4, .random(&generator, 20, 230))
            canvas.ellipse(
                middle, eyeLine - head * 0.3, head * 1.1, head * 1.25,
                .random(&generator, 10, 140))
            canvas.ellipse(middle, eyeLine, head * 0.95, head * 1.2, skin)
            for side in [-0.4, 0.4] {
                canvas.ellipse(
                    middle + side * head, eyeLine - head * 0.2, head * 0.16, head * 0.1,
                    Colour(red: 245, green: 245, blue: 245))
                canvas.ellipse(
                    middle + side * head, eyeLine - head * 0.2, head * 0.07, head * 0.08,
                    Colour(red: 40, green: 30, blue: 25))
            }
            canvas.ellipse(
                middle, eyeLine + head * 0.55, head * 0.35, head * 0.09,
                Colour(red: 160, green: 70, blue: 70))
        case .night:
            canvas.gradient(
                from: Colour(red: 4, green: 6, blue: 24), to: .random(&generator, 10, 60))
            for _ in 0..<120 {
                let size = down * 0.001 * (1 + 4 * generator.fraction())
                canvas.ellipse(
                    across * generator.fraction(), down * 0.8 * generator.fraction(), size, size,
                    .random(&generator, 150, 255))
            }
            canvas.hill(0.85, 0.03, 14, Colour(red: 6, green: 6, blue: 9))
        case .blocks:
            canvas.gradient(from: .random(&generator, 0, 255), to: .random(&generator, 0, 255))
            for _ in 0..<40 {
                canvas.ellipse(
                    across * generator.fraction(), down * generator.fraction(),
                    across * 0.12 * generator.fraction() + 1,
                    down * 0.12 * generator.fraction() + 1, .random(&generator, 0, 255))
            }
        }
        canvas.grain(grain, &generator)
        return canvas
    }
}
