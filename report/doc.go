// Package report turns rows into what people read: pages, tables, charts and
// workbooks. Values go in, bytes and parts of a mail come out; it reaches no
// network and no disk.
package report
