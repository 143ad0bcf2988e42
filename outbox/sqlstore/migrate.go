package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"strings"

	"moonpost/outbox"
)

// migrations are files NNN-title.sql; a store has the version of the last that
// it went through.
//
//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a SQLite file as ours: "mpob".
const applicationID = 0x6d706f62

const newerTip = "use the newer moonpost that wrote it"

func newerError(version int) error {
	return fmt.Errorf("the store has version %d, and this program knows versions up to %d", version, newestVersion())
}

func newestVersion() int {
	files, _ := migrations.ReadDir("migrations") // embedded: cannot fail
	return len(files)
}

// migration returns the statements that lead to a version.
func migration(version int) ([]string, error) {
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		return nil, err
	}
	text, err := migrations.ReadFile("migrations/" + files[version-1].Name())
	if err != nil {
		return nil, err
	}
	var plain strings.Builder
	for line := range strings.Lines(string(text)) {
		code, _, commented := strings.Cut(line, "--")
		plain.WriteString(code)
		if commented {
			plain.WriteByte('\n')
		}
	}
	var statements []string
	for statement := range strings.SplitSeq(plain.String(), ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			statements = append(statements, statement)
		}
	}
	return statements, nil
}

// migrateSQLite brings a file to the newest version, all in one transaction.
func migrateSQLite(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "begin immediate"); err != nil {
		return err
	}
	err := migrateSQLiteWithin(ctx, conn)
	if err == nil {
		outbox.Pass(outbox.InsideMigration)
		_, err = conn.ExecContext(ctx, "commit")
	}
	if err != nil {
		_, _ = conn.ExecContext(ctx, "rollback")
	}
	return err
}

func migrateSQLiteWithin(ctx context.Context, conn *sql.Conn) error {
	var version int
	if err := conn.QueryRowContext(ctx, "pragma user_version").Scan(&version); err != nil {
		return err
	}
	for version++; version <= newestVersion(); version++ {
		statements, err := migration(version)
		if err != nil {
			return err
		}
		statements = append(statements, fmt.Sprintf("pragma user_version = %d", version), fmt.Sprintf("pragma application_id = %d", applicationID))
		for _, statement := range statements {
			if _, err := conn.ExecContext(ctx, dialect{}.sql(statement, 0, 0)); err != nil {
				return fmt.Errorf("version %d: %w", version, err)
			}
		}
	}
	return nil
}
