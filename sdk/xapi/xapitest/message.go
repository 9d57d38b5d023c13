package xapitest

import (
	"cmp"
	"slices"
)

// messageMethods are those of what a pool has to tell people. Messages are
// made by clients alone here.
func messageMethods() []spec {
	return []spec{
		{"message.create", "name: string, priority: int, cls: enum cls, obj_uuid: string, body: string", "message ref", messageCreate},
		{"message.destroy", "self: message ref", "void", func(c *call, a args) (any, error) { return c.forgetMessages([]string{a.str(0)}) }},
		{"message.destroy_many", "messages: message ref set", "void", func(c *call, a args) (any, error) { return c.forgetMessages(a.list(0)) }},
		{"message.get_all", "", "message ref set", func(c *call, _ args) (any, error) { return refsOf(c.s.db.all("message")), nil }},
		{"message.get_by_uuid", "uuid: string", "message ref", func(c *call, a args) (any, error) { return c.byUUID("message", a.str(0)) }},
		{"message.get_record", "self: message ref", "message record", func(c *call, a args) (any, error) {
			o, err := c.find("message", a.str(0))
			if err != nil {
				return nil, err
			}
			return o.snapshot(), nil
		}},
		{"message.get_all_records", "", "(message ref -> message record) map", func(c *call, _ args) (any, error) { return recordsOf(c.s.db.all("message")), nil }},
		{"message.get_all_records_where", "expr: string", "(message ref -> message record) map", func(c *call, a args) (any, error) { return c.where("message", a.str(0)) }},
		{"message.get_since", "since: datetime", "(message ref -> message record) map", func(c *call, a args) (any, error) {
			return recordsOf(c.messages(a.str(0), func(*object) bool { return true })), nil
		}},
		{"message.get", "cls: enum cls, obj_uuid: string, since: datetime", "(message ref -> message record) map", func(c *call, a args) (any, error) {
			return recordsOf(c.messages(a.str(2), func(o *object) bool { return o.str("cls") == a.str(0) && o.str("obj_uuid") == a.str(1) })), nil
		}},
	}
}

// messages are those from a time on that are wanted.
func (c *call) messages(since string, wanted func(o *object) bool) []*object {
	return slices.DeleteFunc(c.s.db.all("message"), func(o *object) bool {
		return cmp.Less(o.str("timestamp"), since) || !wanted(o)
	})
}

func messageCreate(c *call, a args) (any, error) {
	class := map[string]string{"Host": "host", "Pool": "pool"}[a.str(2)]
	if class == "" {
		class = a.str(2)
	}
	if _, err := c.byUUID(class, a.str(3)); err != nil {
		return nil, err
	}
	return c.s.db.create("message", map[string]any{
		"name": a.str(0), "priority": a.int(1), "cls": a.str(2), "obj_uuid": a.str(3), "body": a.str(4), "timestamp": c.s.stamp(),
	}).ref, nil
}

func (c *call) forgetMessages(refs []string) (any, error) {
	for _, ref := range refs {
		o, err := c.find("message", ref)
		if err != nil {
			return nil, err
		}
		c.s.db.destroy(o)
	}
	return "", nil
}
