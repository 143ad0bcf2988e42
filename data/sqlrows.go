package data

import (
	"context"
	"errors"
	"io"
	"slices"
)

// SQLRows is an answer that is read row by row.
type SQLRows struct {
	// Abandoned tells whether nobody will ask for more rows; nil: not known.
	Abandoned func() bool

	db     *SQL
	call   *sqlCall
	answer sqlAnswer
	wait   *sqlWait
	kept   [][]any // read ahead, because the connection was wanted
	err    error   // what ended the reading ahead, or before the end
	depth  int     // of the transaction in which it was asked for
	closed bool
}

// Columns lists the names of the columns.
func (r *SQLRows) Columns() []string { return r.answer.columns() }

// Next gives the values of the next row, or io.EOF: nil, bool, float64, string, or a []any of these with SQLNull.
func (r *SQLRows) Next() ([]any, error) {
	switch {
	case len(r.kept) > 0:
		row := r.kept[0]
		r.kept = r.kept[1:]
		return row, nil
	case r.err != nil:
		return nil, r.err
	case r.closed:
		return nil, io.EOF
	}
	row, err := r.read()
	if err != nil {
		r.Close()
	}
	return row, err
}

func (r *SQLRows) read() ([]any, error) {
	r.wait.resume()
	row, err := r.answer.next(r.wait.ctx)
	r.wait.pause()
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.db.broken(r.wait, "the query", err, r.call)
	}
	return row, err
}

// spool reads what is left, so that the connection is free.
func (r *SQLRows) spool(ctx context.Context) error {
	for r.err == nil {
		if ctx.Err() != nil {
			r.Close()
			return context.Cause(ctx)
		}
		row, err := r.read()
		if err != nil {
			r.err = err
			break
		}
		r.kept = append(r.kept, row)
	}
	r.release()
	return nil
}

// Close ends the reading; what was not read is dropped.
func (r *SQLRows) Close() {
	r.kept, r.err = nil, nil
	r.release()
}

// cut ends the reading of an answer that is wanted still: the next row is this error.
func (r *SQLRows) cut(why error) {
	r.release()
	r.err = why
}

// release gives the connection back.
func (r *SQLRows) release() {
	if r.closed {
		return
	}
	r.closed = true
	r.wait.resume()
	_ = r.answer.close() // what went wrong with the rows was told by Next
	r.wait.end()
	r.db.open = slices.DeleteFunc(r.db.open, func(o *SQLRows) bool { return o == r })
}
