// Package sqlstore keeps the outbox in SQLite or in PostgreSQL.
//
// Both have the same tables, and nearly all statements are the same text with a
// few marks that each dialect fills in (dialect.go). Groups of rows go to the
// server as one JSON array, so that a commit is a handful of statements however
// many items it carries. SQLite is one file with workers that are OS locks;
// PostgreSQL is shared by machines, with workers that beat.
package sqlstore
