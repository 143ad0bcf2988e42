package data

import (
	"database/sql/driver"
	"reflect"
	"time"
)

// mysqlWidth is a column's width as the server tells it, or 0. BOOLEAN is TINYINT(1) in MySQL, and the driver keeps to
// itself what tells the two apart.
func mysqlWidth(rows driver.Rows, i int) uint64 {
	v := reflect.ValueOf(rows)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return 0
	}
	set := v.Elem().FieldByName("rs")
	if !set.IsValid() || set.Kind() != reflect.Struct {
		return 0
	}
	columns := set.FieldByName("columns")
	if !columns.IsValid() || columns.Kind() != reflect.Slice || i >= columns.Len() {
		return 0
	}
	width := columns.Index(i).FieldByName("length")
	if !width.IsValid() || !width.CanUint() {
		return 0
	}
	return width.Uint()
}

// mysqlValue makes of a driver's value what the script gets.
func mysqlValue(v driver.Value, column sqlColumn) any {
	switch v := v.(type) {
	case int64:
		if column.flag {
			return sqlFlag(float64(v))
		}
		return sqlInteger(v)
	case uint64:
		return sqlUnsigned(v)
	case float32:
		return sqlFloat32(v)
	case float64:
		return v
	case []byte:
		return mysqlText(v, column)
	case string:
		return mysqlText([]byte(v), column)
	}
	return nil
}

func mysqlText(b []byte, column sqlColumn) any {
	switch column.typeName {
	case "BIT":
		if column.flag {
			return sqlFlag(sqlBits(b))
		}
		return sqlBits(b)
	case "DATETIME", "TIMESTAMP":
		return sqlISO(string(b))
	case "TIME":
		return sqlClock(string(b))
	}
	return string(b)
}

// mysqlBind makes the driver's value of a parameter.
func mysqlBind(v any) driver.Value {
	switch v := v.(type) {
	case time.Time:
		return sqlWallClock(v)
	case SQLBlob:
		return []byte(v)
	}
	return v
}
