package sink

import "time"

func systemClock() time.Time { return time.Now() } //nolint:forbidigo // the one clock of the room
