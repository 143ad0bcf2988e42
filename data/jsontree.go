package data

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// encodeTree writes plain data as JSON with sorted names.
func encodeTree(w *JSONWriter, v any) error {
	switch v := v.(type) {
	case nil:
		w.Null()
	case bool:
		w.Bool(v)
	case string:
		return w.Text(v)
	case float64:
		return w.Number(v)
	case decimal:
		return w.Number(float64(v))
	case int64:
		return w.Number(float64(v))
	case int:
		return w.Number(float64(v))
	case time.Time:
		return w.Text(v.Format(time.RFC3339Nano))
	case moment:
		return w.Text(v.String())
	case []any:
		return encodeList(w, v)
	case map[string]any:
		return encodeFields(w, v)
	default:
		return fmt.Errorf("%T has no form in JSON", v)
	}
	return nil
}

func encodeList(w *JSONWriter, list []any) error {
	if err := w.Begin('['); err != nil {
		return err
	}
	for _, v := range list {
		if err := encodeTree(w, v); err != nil {
			return err
		}
	}
	w.End(']')
	return nil
}

func encodeFields(w *JSONWriter, fields map[string]any) error {
	if err := w.Begin('{'); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := w.Key(name); err != nil {
			return err
		}
		if err := encodeTree(w, fields[name]); err != nil {
			return err
		}
	}
	w.End('}')
	return nil
}
