package bench

import (
	"os/exec"
	"testing"
)

// BenchmarkWorkbook mails 200,000 rows of six columns from SQLite as a workbook, and has Python do the same.
func BenchmarkWorkbook(b *testing.B) {
	const python = "/usr/bin/python3"
	dir, program := b.TempDir(), moonpost(b)
	variables := []string{"BENCH_DIR=" + dir}
	run(b, variables, program, "run", "-e", `local db = require("sql").open("sqlite:" .. env.BENCH_DIR .. "/sales.db", { create = true })
		db:exec("create table sales (id integer, day text, product text, orders integer, revenue real, note text)")
		db:exec([[with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000)
			insert into sales select i, date('2026-01-01', (i / 600) || ' days'), 'Product ' || i % 50, i % 37, i % 1000 * 1.25, 'Note ' || i from n]])`)
	for b.Loop() {
		ours := run(b, variables, program, "run", "workbook.lua")
		b.Logf("moonpost:   %v", ours)
		b.ReportMetric(float64(ours.memory)/1e6, "MB-peak")
		for _, library := range []string{"xlsxwriter", "openpyxl"} {
			if exec.Command(python, "-c", "import "+library).Run() != nil {
				b.Logf("%s is not installed", library)
				continue
			}
			peer := run(b, variables, python, "testdata/workbook.py", library, dir)
			b.Logf("%-11s %v", library+":", peer)
			b.ReportMetric(ours.cpu.Seconds()/peer.cpu.Seconds(), "of-CPU-of-"+library)
			b.ReportMetric(float64(ours.memory)/float64(peer.memory), "of-memory-of-"+library)
		}
	}
}
