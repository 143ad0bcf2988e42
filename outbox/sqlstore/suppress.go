package sqlstore

import (
	"context"
	"time"

	"moonpost/outbox"
)

func (s *store) Suppress(ctx context.Context, list []outbox.Suppression) error {
	last := make(map[[2]string]int, len(list))
	for i := range list {
		if err := checkTexts("address or scope", list[i].Address, list[i].Scope); err != nil {
			return s.fail(ctx, "suppress", err)
		}
		last[[2]string{list[i].Address, list[i].Scope}] = i
	}
	var r rows
	for i := range list {
		if one := &list[i]; last[[2]string{one.Address, one.Scope}] == i {
			r.begin()
			r.text(one.Address)
			r.text(one.Scope)
			r.text(clean(one.Reason))
			r.text(clean(one.Source))
			r.int(milli(one.Until))
			r.int(milli(one.Created))
		}
	}
	if r.n == 0 {
		return nil
	}
	return s.update(ctx, "suppress", "", func(t *tx) error {
		_, err := t.exec(`insert into suppress (address, scope, reason, source, until, created)
			select r.a, r.s, r.reason, r.source, r.until, r.created
			from {rows r: a text, s text, reason text, source text, until int, created int} where r.a is not null
			on conflict (address, scope) do update set reason = excluded.reason, source = excluded.source,
			until = excluded.until, created = excluded.created`, &r)
		return err
	})
}

const suppressColumns = `select address, scope, reason, source, until, created from suppress `

func (s *store) suppressions(ctx context.Context, op, rest string, args ...any) (list []outbox.Suppression, err error) {
	err = s.ask(ctx, op, suppressColumns+rest, func(scan scan) error {
		var one outbox.Suppression
		var until, created int64
		err := scan(&one.Address, &one.Scope, &one.Reason, &one.Source, &until, &created)
		one.Until, one.Created = fromMilli(until), fromMilli(created)
		list = append(list, one)
		return err
	}, args...)
	return list, err
}

func (s *store) Suppressed(ctx context.Context, addresses, scopes []string, now time.Time) ([]outbox.Suppression, error) {
	return s.suppressions(ctx, "look up suppressions", `where address in {texts $1} and scope in {texts $2} and (until = 0 or until > $3) order by address, scope`,
		array(cleaned(addresses)), array(append(cleaned(scopes), "*")), milli(now))
}

func (s *store) Unsuppress(ctx context.Context, addresses []string, scope string) (n int64, err error) {
	err = s.update(ctx, "unsuppress", "", func(t *tx) (err error) {
		n, err = t.exec(`delete from suppress where address in {texts $1} and scope = $2`, array(cleaned(addresses)), scope)
		return err
	})
	return n, err
}

func (s *store) ListSuppressed(ctx context.Context, scope, after string, n int) ([]outbox.Suppression, error) {
	return s.suppressions(ctx, "list suppressions", `where scope = $1 and address > $2 order by address limit $3`, scope, after, n)
}
