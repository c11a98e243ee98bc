extension RecoverySheet {
    /// Up to the code.
    static let beginning = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
        style-src 'unsafe-inline'">
        <meta name="referrer" content="no-referrer">
        <meta name="robots" content="noindex">
        <meta name="viewport" content="width=device-width">
        <title>Recovery sheet</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        <p class="screen"><b>Print this page, then delete the file.</b> \
        Whoever has the file can open the vault, just like whoever has the paper.</p>
        <main>
        <header><b>Lighttight</b><span>Recovery sheet</span></header>
        <h1>This sheet opens the vault</h1>
        <p class="lead">Whoever has this sheet opens the vault, without its passphrase. \
        Keep it as you keep the key of a safe.</p>
        <section class="code">
        <h2>Recovery code</h2>
        <p class="groups">
        """

    /// After what tells this sheet from others.
    static let end = """
        <div class="columns">
        <section>
        <h2>How to use it</h2>
        <ol>
        <li>Take a computer with Lighttight on it and the vault’s folder, or any backup copy of it.</li>
        <li>To see what is in the vault, type
        <code>lighttight list --vault FOLDER</code>
        with the place of the folder for FOLDER.</li>
        <li>When you are asked for the passphrase, type the code. Capitals, spaces and hyphens do not \
        matter.</li>
        <li>To take all pictures out, type
        <code>lighttight export --vault FOLDER --all --to OUT</code>
        with a new folder for OUT.</li>
        </ol>
        <p>The QR code holds the same text. Read it only with a device that keeps nothing and sends \
        nothing. A file that holds the code is given with
        <code>--recovery-code-file FILE</code></p>
        </section>
        <section>
        <h2>Where to keep it</h2>
        <ul>
        <li>With papers that you would save from a fire: in a safe, at the bank, at a notary’s.</li>
        <li>Away from the disk that holds the vault.</li>
        <li>On paper only: not photographed, not in mail, not in a cloud.</li>
        <li>If somebody may have copied it, take this code out of the vault and make a new one; the same \
        if the sheet is lost.</li>
        </ul>
        <h2>How to read it</h2>
        <ul>
        <li>What looks like an O is always the digit zero. The fourth character is the digit one.</li>
        <li>A slip in copying is noticed: a wrong code opens nothing and harms nothing.</li>
        </ul>
        </section>
        </div>
        <table>
        <tr><th scope="col">Kept at</th><th scope="col">By</th><th scope="col">Since</th>\
        <th scope="col">Signature</th></tr>
        <tr><td></td><td></td><td></td><td></td></tr>
        <tr><td></td><td></td><td></td><td></td></tr>
        </table>
        <footer>Nobody opens the vault without this code or another way in that its owner made, not even \
        those who wrote the program. The format is published with the program, in Docs/Spec, so that the \
        vault can still be opened when the program is gone.</footer>
        </main>
        </body>
        </html>

        """

    private static let style = """
        @page { margin: 14mm 16mm }
        * { box-sizing: border-box; margin: 0; padding: 0 }
        html { color-scheme: light; background: #e8e8e6 }
        body { color: #000; font: 10pt/1.42 "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
          -webkit-print-color-adjust: exact; print-color-adjust: exact }
        main { background: #fff; max-width: 210mm; margin: 0 auto 8mm; padding: 14mm 16mm }
        .screen { max-width: 210mm; margin: 6mm auto; padding: 3mm 5mm; background: #000; color: #fff }
        header { display: flex; justify-content: space-between; align-items: baseline;
          border-bottom: 0.7mm solid #000; padding-bottom: 1.6mm; font-size: 10.5pt;
          letter-spacing: 0.02em }
        h1 { font-size: 25pt; line-height: 1.12; letter-spacing: -0.015em; margin-top: 7mm }
        h2 { font-size: 10.5pt; line-height: 1.3; margin-bottom: 1.4mm }
        .lead { font-size: 12pt; line-height: 1.4; margin-top: 2mm; text-wrap: balance }
        .code { display: grid; grid-template-columns: 1fr 47mm; column-gap: 6mm; margin-top: 6mm;
          border: 0.7mm solid #000; border-radius: 2mm; padding: 5mm 4mm 5mm 6mm; break-inside: avoid }
        .code h2 { margin-bottom: 2mm }
        .groups { grid-column: 1; font: 700 23pt/1.6 "DejaVu Sans Mono", "Liberation Mono", Menlo,
          Consolas, monospace; font-variant-ligatures: none; overflow-wrap: normal }
        .groups span { display: inline-block; white-space: nowrap }
        .groups i { font-style: normal; font-weight: 400; color: #767676 }
        .qr { grid-column: 2; grid-row: 1 / span 2; align-self: center }
        .qr svg { display: block; width: 47mm; height: 47mm }
        dl { display: grid; grid-template-columns: auto 1fr auto; column-gap: 9mm; margin-top: 4mm;
          padding-bottom: 4mm; border-bottom: 0.25mm solid #000 }
        dt { font-size: 8.5pt; color: #444 }
        dd { font-weight: 700; overflow-wrap: anywhere }
        .mono, code { font-family: "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace }
        .mono { font-size: 9.5pt }
        code { font-size: 8.6pt; font-weight: 700; overflow-wrap: anywhere }
        li code { display: block; margin: 0.6mm 0 }
        p code { display: block; margin-top: 0.6mm }
        .columns { display: grid; grid-template-columns: 1.12fr 1fr; column-gap: 10mm; margin-top: 5mm }
        li { margin: 0 0 1.5mm 5mm }
        ul { list-style: "–  " } ul li { margin-left: 4mm }
        section + section ul + h2 { margin-top: 4mm }
        table { width: calc(100% + 10mm); margin: 5mm -5mm 0; border-spacing: 5mm 0;
          table-layout: fixed; break-inside: avoid }
        th { text-align: left; font-size: 8.5pt; font-weight: 400; color: #444; width: 25% }
        td { height: 9.5mm; border-bottom: 0.25mm solid #000 }
        footer { margin-top: 4mm; font-size: 8.5pt; line-height: 1.4; color: #444 }
        @media print {
          html { background: none }
          .screen { display: none }
          main { max-width: none; margin: 0; padding: 0 0.4mm }
        }
        """
}
