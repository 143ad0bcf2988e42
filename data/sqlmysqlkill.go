package data

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"
)

// number asks for the connection's number, by which another one can end what it does.
func (c *mysqlConn) number(ctx context.Context) error {
	answer, err := c.query(ctx, &sqlText{text: "select connection_id() as id"}, nil)
	if err != nil {
		return err
	}
	row, err := answer.next(ctx)
	if err == nil {
		c.id = row[0]
	}
	_ = answer.close() // what went wrong was told by next
	return err
}

// mysqlKillTime is how long a server may take to end a query.
const mysqlKillTime = 500 * time.Millisecond

// kill has the server end what the connection does ("query"), or the connection. The driver only hangs up, and a server
// that computes does not notice.
func (c *mysqlConn) kill(what string) {
	ctx, cancel := context.WithTimeout(context.Background(), mysqlKillTime)
	defer cancel()
	other, err := c.connector.Connect(ctx)
	if err != nil {
		return // it ends by itself then
	}
	defer other.Close() //nolint:errcheck // it did its work or not
	if execer, ok := other.(driver.ExecerContext); ok {
		_, _ = execer.ExecContext(ctx, fmt.Sprintf("kill %s %v", what, c.id), nil) // it may have ended already
	}
}

// abandon ends what a statement left running on the server when ctx broke it off.
func (c *mysqlConn) abandon(ctx context.Context) {
	if ctx.Err() != nil && c.id != nil {
		c.kill("connection")
	}
}

type mysqlAnswer struct {
	*driverAnswer
	conn  *mysqlConn
	ended bool
}

func (a *mysqlAnswer) next(ctx context.Context) ([]any, error) {
	row, err := a.driverAnswer.next(ctx)
	if err != nil {
		a.ended = true
		a.conn.abandon(ctx)
	}
	return row, err
}

// close reads the rest of the answer, as the driver does; of a long one that is left early the server is told to stop.
func (a *mysqlAnswer) close() error {
	for range 1000 {
		if a.ended {
			return a.driverAnswer.close()
		}
		_, err := a.driverAnswer.next(context.Background())
		a.ended = err != nil
	}
	a.conn.kill("query")
	return a.driverAnswer.close()
}
