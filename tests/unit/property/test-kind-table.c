/* SPDX-License-Identifier: Apache-2.0 */
#include "kind-table.h"
#include "operation-fixture.h"

#define LOG    "LogNumber-000000000001"
#define STAMP  ",1764000000000,0,'" LOG "',7]"
#define HEADER "{'number':'A-1','currency':'EUR','source':'staff'}"

static void
assert_judged(BhRole role, const char *kind, const char *entity, const char *body,
              const char *expected)
{
  g_autoptr(json_t) value = fixture_json(body);
  g_autoptr(BhOperation) op = fixture_operation_of(role, 1, 7, 0, kind, entity, value);

  g_assert_cmpstr(bh_kind_table_judge(op), ==, expected);
}

static void
test_judge(void)
{
  assert_judged(BH_ROLE_STAFF, "order.open", "order/o", HEADER, NULL);
  assert_judged(BH_ROLE_STAFF, "order.shut", "order/o", HEADER, "unknown-kind");
  assert_judged(BH_ROLE_STAFF, "order.open", "orders/o", HEADER, "bad-entity");
  assert_judged(BH_ROLE_STAFF, "order.open", "request/o", HEADER, "bad-entity");
  assert_judged(BH_ROLE_KITCHEN, "order.open", "order/o", HEADER, "forbidden");
  assert_judged(BH_ROLE_PRINTER, "order.open", "order/o", HEADER, "forbidden");
  assert_judged(BH_ROLE_STAFF, "order.open", "order/o", "{}", "bad-body");
  /* What stands first in the contract is said first. */
  assert_judged(BH_ROLE_KITCHEN, "order.open", "request/o", "{}", "bad-entity");
  assert_judged(BH_ROLE_KITCHEN, "order.open", "order/o", "{}", "forbidden");
  assert_judged(BH_ROLE_MANAGER, "receipt.issue", "order/o", "{}", "forbidden");
  assert_judged(BH_ROLE_KITCHEN, "undo", "request/r", "{'op':'" LOG ":1'}", NULL);
}

static void
test_stub(void)
{
  g_autoptr(BhOperation) stub =
      bh_operation_new_redacted(LOG, 1, "order/o", "d-ann", BH_ROLE_STAFF, NULL);
  g_autoptr(BhRecord) record = bh_record_new();

  g_assert_null(bh_kind_table_judge(stub));
  g_assert_false(bh_kind_table_lift(stub, record));
  g_assert_true(bh_record_is_empty(record));
}

static void
assert_lifted(const char *kind, const char *entity, const char *body, const char *items,
              const char *registers)
{
  g_autoptr(BhOperation) op = fixture_operation(1, 7, 0, kind, entity, body);
  g_autoptr(BhRecord) record = bh_record_new();
  g_autoptr(json_t) value = NULL;
  g_autofree char *text = NULL;
  g_autofree char *expected = g_strdup_printf("{'items':{%s},'registers':{%s}}", items, registers);

  g_assert_null(bh_kind_table_judge(op));
  g_assert_true(bh_kind_table_lift(op, record));
  g_assert_false(bh_kind_table_lift(op, record));
  value = bh_record_to_json(record);
  text = bh_json_to_text(value);
  g_assert_cmpstr(text, ==, g_strdelimit(expected, "'", '"'));
}

static void
test_items(void)
{
  assert_lifted("order.open", "order/o", HEADER, "'header':[" HEADER STAMP, "");
  assert_lifted("order.lines", "order/o",
                "{'lines':[{'lineId':'b','name':'x','quantity':1,'price':5},"
                "{'lineId':'a','name':'y','quantity':2,'price':6}],'personId':'p'}",
                "'line/a':[{'lineId':'a','name':'y','quantity':2,'price':6}" STAMP ","
                "'line/b':[{'lineId':'b','name':'x','quantity':1,'price':5}" STAMP,
                "");
  assert_lifted("line.state", "order/o", "{'personId':null,'lineIds':['b','a'],'state':'ready'}",
                "'state/a/" LOG ":7':[{'state':'ready','personId':null}" STAMP ","
                "'state/b/" LOG ":7':[{'state':'ready','personId':null}" STAMP,
                "");
  assert_lifted("ticket.seen", "order/o", "{'lineIds':['a']}",
                "'seen/a/" FIXTURE_DEVICE "':[{}" STAMP, "");
  assert_lifted("line.split", "order/o", "{'lineId':'a','newLineId':'b','quantity':2}",
                "'split/a/b':[{'quantity':2}" STAMP, "");
  assert_lifted("message.mark", "message/m", "{'mark':'read'}",
                "'read/" FIXTURE_DEVICE "/all':[{}" STAMP, "");
  assert_lifted("message.mark", "message/m", "{'mark':'read','personId':null}",
                "'read/" FIXTURE_DEVICE "/all':[{'personId':null}" STAMP, "");
  assert_lifted("message.mark", "message/m", "{'mark':'delivered','personId':'p'}",
                "'delivered/" FIXTURE_DEVICE "/p':[{'personId':'p'}" STAMP, "");
  assert_lifted("redact", "order/o", "{'op':'p." LOG ":5'}", "'redacted/p." LOG ":5':[{}" STAMP,
                "");
}

static void
test_registers(void)
{
  assert_lifted("order.set", "order/o", "{'version':3,'set':{'note':null,'closed':true}}", "",
                "'closed':[true,3" STAMP ",'note':[null,3" STAMP);
  assert_lifted("line.set", "order/o", "{'lineId':'a','version':3,'set':{'course':2}}", "",
                "'line/a/course':[2,3" STAMP);
  assert_lifted("line.move", "order/o", "{'lineIds':['a','b'],'version':1,'orderId':'o2'}", "",
                "'line/a/orderId':['o2',1" STAMP ",'line/b/orderId':['o2',1" STAMP);
  assert_lifted("device.cutoff", "device/d", "{'version':1,'role':null,'cutoffs':[]}", "",
                "'cutoff/all':[{'cutoffs':[]},1" STAMP);
  assert_lifted("device.cutoff", "device/d", "{'version':1,'role':'staff','cutoffs':[]}", "",
                "'cutoff/staff':[{'cutoffs':[]},1" STAMP);
}

/* An empty change adds nothing, and is no mistake. */
static void
test_nothing(void)
{
  g_autoptr(BhOperation) op =
      fixture_operation(1, 7, 0, "order.set", "order/o", "{'version':3,'set':{}}");
  g_autoptr(BhRecord) record = bh_record_new();

  g_assert_null(bh_kind_table_judge(op));
  g_assert_false(bh_kind_table_lift(op, record));
}

/* Paths of the longest ids that there are. */
static void
test_longest(void)
{
  g_autofree char *id = g_strnfill(64, 'x');
  g_autofree char *other = g_strnfill(64, 'y');
  g_autofree char *body =
      g_strdup_printf("{'lineId':'%s','newLineId':'%s','quantity':1}", id, other);
  g_autofree char *path = g_strdup_printf("split/%s/%s", id, other);
  g_autoptr(BhOperation) op =
      fixture_operation(1, BH_OPERATION_MAX_SEQ, 0, "line.split", "order/o", body);
  g_autoptr(BhRecord) record = bh_record_new();

  g_assert_null(bh_kind_table_judge(op));
  g_assert_true(bh_kind_table_lift(op, record));
  g_assert_nonnull(bh_record_get_item(record, path));
}

static void
test_questions(void)
{
  g_autoptr(json_t) body = fixture_json(HEADER);

  g_assert_true(bh_kind_table_has_entity("undo", "request/r"));
  g_assert_false(bh_kind_table_has_entity("undo", "message/m"));
  g_assert_false(bh_kind_table_has_entity("nothing", "message/m"));
  g_assert_true(bh_kind_table_accepts_body("order.open", body));
  g_assert_false(bh_kind_table_accepts_body("order.lines", body));
  g_assert_false(bh_kind_table_accepts_body("order.open", NULL));
  g_assert_false(bh_kind_table_accepts_body("nothing", body));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/kind-table/judge", test_judge);
  g_test_add_func("/kind-table/stub", test_stub);
  g_test_add_func("/kind-table/items", test_items);
  g_test_add_func("/kind-table/registers", test_registers);
  g_test_add_func("/kind-table/nothing", test_nothing);
  g_test_add_func("/kind-table/longest", test_longest);
  g_test_add_func("/kind-table/questions", test_questions);
  return g_test_run();
}
