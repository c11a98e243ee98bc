extension AuditReportPage {
    static let style = """
        :root { --ink: #16181d; --soft: #5b6270; --line: #d9dce2; --ground: #ffffff; --panel: #f5f6f8;
          --good: #1d6b43; --fair: #7a5600; --bad: #a3241b;
          --s0: #2f6fb3; --s1: #4aa79a; --s2: #9a8cc4; --s3: #c0392b; --s4: #dc9d1f; --s5: #3b3f47 }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e8eaee; --soft: #a2a9b6; --line: #343944; --ground: #15171b;
            --panel: #1e2127; --good: #74cf9f; --fair: #e6bf62; --bad: #f08d82;
            --s0: #5c9be0; --s1: #59bfb0; --s2: #a99bd8; --s3: #e2685b; --s4: #e8b450; --s5: #c9ced8 }
        }
        * { box-sizing: border-box; margin: 0; padding: 0 }
        html { background: var(--ground) }
        body { color: var(--ink); font: 15px/1.5 "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
          font-variant-numeric: tabular-nums }
        main { max-width: 1000px; margin: 0 auto; padding: 36px 32px 48px }
        .kind { display: flex; justify-content: space-between; padding-bottom: 8px;
          border-bottom: 2px solid var(--ink); font-size: 14px }
        h1 { margin-top: 26px; font-size: 34px; line-height: 1.15; letter-spacing: -0.015em;
          overflow-wrap: anywhere }
        .period { margin-top: 4px; font-size: 18px; color: var(--soft) }
        h2 { font-size: 19px; line-height: 1.3; letter-spacing: -0.005em }
        h2 span, nav span { color: var(--soft); font-weight: 400 }
        section { margin-top: 38px }
        .verdict { margin-top: 22px; padding: 16px 20px; background: var(--panel); border-radius: 6px }
        .verdict .word { font-weight: 700; font-size: 17px }
        .verdict h2 { margin-top: 14px; font-size: 15px }
        .verdict p { max-width: 100ch }
        .good .word { color: var(--good) } .fair .word { color: var(--fair) }
        .bad .word { color: var(--bad) }
        .tiles { display: grid; grid-template-columns: repeat(6, 1fr); gap: 1px; margin-top: 22px;
          background: var(--line); border: 1px solid var(--line); border-radius: 6px; overflow: hidden }
        .tiles div { padding: 10px 14px; background: var(--ground) }
        .tiles dt { font-size: 13px; color: var(--soft) }
        .tiles dd { font-size: 25px; font-weight: 700; line-height: 1.25 }
        i { display: inline-block; width: 9px; height: 9px; margin-right: 6px; border-radius: 2px }
        .facts dl { margin-top: 8px }
        .facts div { display: grid; grid-template-columns: 190px 1fr; padding: 5px 0;
          border-top: 1px solid var(--line) }
        .facts dt { color: var(--soft) }
        .facts dd { overflow-wrap: anywhere }
        nav { margin-top: 30px; padding: 10px 0; border: solid var(--line); border-width: 1px 0 }
        nav ul, .legend { display: flex; flex-wrap: wrap; gap: 3px 20px; list-style: none }
        a { color: inherit }
        .legend { margin-top: 4px; font-size: 13px; color: var(--soft) }
        figure { margin: 12px 0 18px }
        .chart { display: block; width: 100%; height: auto; overflow: visible }
        .chart text { font-size: 11px; fill: var(--soft) }
        .side { text-anchor: end } .foot { text-anchor: middle }
        .grid { stroke: var(--line); stroke-width: 1 }
        .chart rect { stroke: var(--ground); stroke-width: 0.6 }
        .s0 { background: var(--s0); fill: var(--s0) } .s1 { background: var(--s1); fill: var(--s1) }
        .s2 { background: var(--s2); fill: var(--s2) } .s3 { background: var(--s3); fill: var(--s3) }
        .s4 { background: var(--s4); fill: var(--s4) } .s5 { background: var(--s5); fill: var(--s5) }
        .note { max-width: 100ch; margin-top: 4px; color: var(--soft) }
        .none { margin-top: 4px; color: var(--soft) }
        .table { margin-top: 10px; overflow-x: auto }
        table { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 1.45 }
        th { text-align: left; font-size: 13px; color: var(--soft); font-weight: 400;
          border-bottom: 1px solid var(--ink) }
        th, td { padding: 6px 16px 6px 0; vertical-align: top }
        th:last-child, td:last-child { padding-right: 0 }
        td { border-bottom: 1px solid var(--line); overflow-wrap: break-word }
        td:last-child { overflow-wrap: anywhere }
        .number { text-align: right; white-space: nowrap }
        th.number:first-child { width: 9ch }
        time { white-space: nowrap }
        small { font-size: 12.5px; color: var(--soft) }
        em { font-style: normal; color: var(--soft) }
        .pair { display: inline-block; margin-right: 12px; white-space: nowrap }
        .mono { font: 12.5px/1.5 "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace }
        footer { margin-top: 44px; padding-top: 10px; border-top: 1px solid var(--line); font-size: 13px;
          color: var(--soft); overflow-wrap: anywhere }
        @media (max-width: 700px) {
          main { padding: 20px 16px 32px }
          .tiles { grid-template-columns: repeat(2, 1fr) }
          .facts div { grid-template-columns: 1fr }
        }
        @page { margin: 14mm 14mm 16mm }
        @media print {
          :root { --ink: #000; --soft: #444; --line: #bbb; --ground: #fff; --panel: #f2f2f2;
            --good: #14532f; --fair: #5f4300; --bad: #8c1b13;
            --s0: #2f6fb3; --s1: #4aa79a; --s2: #9a8cc4; --s3: #c0392b; --s4: #dc9d1f; --s5: #3b3f47 }
          html { color-scheme: light }
          body { font-size: 9.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact }
          main { max-width: none; padding: 0 }
          table, .facts, .verdict, .kind { font-size: 8.5pt } .mono { font-size: 7.4pt }
          th, small, .note, .none, .legend, .tiles dt, footer { font-size: 7.8pt }
          h1 { font-size: 22pt; margin-top: 6mm } h2 { font-size: 12pt; break-after: avoid }
          .period { font-size: 12pt } .verdict { margin-top: 5mm; padding: 4mm 5mm }
          .verdict .word { font-size: 11pt } .verdict h2 { font-size: 8.5pt; margin-top: 2.5mm }
          .tiles { margin-top: 5mm } .tiles div { padding: 2mm 3mm } .tiles dd { font-size: 15pt }
          .facts div { grid-template-columns: 38mm 1fr; padding: 0.9mm 0 }
          .note { break-after: avoid }
          section { margin-top: 7mm }
          tr, figure, .verdict, .tiles, .facts div { break-inside: avoid }
          .table { overflow: visible }
          th, td { padding: 1.2mm 4mm 1.2mm 0 }
          nav { display: none }
        }
        """
}
