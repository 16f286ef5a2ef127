/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "kind-table.h"
#include "operation-fixture.h"
#include "order-state.h"

/* Records by name; each operation a millisecond later than the one before. */
typedef struct {
  GHashTable *records;
  GPtrArray *moved; /* (nullable): names of the records from which lines were moved */
  gint64 seq;
} House;

static void
set_up(House *house, gconstpointer data)
{
  house->records =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)bh_record_unref);
}

static void
tear_down(House *house, gconstpointer data)
{
  g_hash_table_unref(house->records);
  g_clear_pointer(&house->moved, g_ptr_array_unref);
}

static BhRecord *
lookup(const char *name, gpointer data)
{
  return g_hash_table_lookup(((House *)data)->records, name);
}

static GPtrArray *
list_moved(const char *order_id, gpointer data)
{
  return strcmp(order_id, "o2") == 0 ? ((House *)data)->moved : NULL;
}

static void
write_to(House *house, const char *entity, const char *kind, const char *body)
{
  gint64 seq = ++house->seq;
  g_autoptr(BhOperation) op = fixture_operation(1, seq, seq, kind, entity, body);
  BhRecord *record = lookup(entity, house);

  if (record == NULL) {
    record = bh_record_new();
    g_hash_table_insert(house->records, g_strdup(entity), record);
  }
  g_assert_null(bh_kind_table_judge(op));
  bh_kind_table_lift(op, record);
}

static void
write_order(House *house, const char *kind, const char *body)
{
  write_to(house, "order/o1", kind, body);
}

static json_t *
read_order(House *house, const char *order_id)
{
  json_t *order = bh_order_state_read(order_id, lookup, list_moved, house);

  g_assert_nonnull(order);
  return order;
}

/* Of each line: id, quantity, state. */
static void
assert_lines(House *house, const char *order_id, const char *expected)
{
  g_autoptr(json_t) order = read_order(house, order_id);
  g_autoptr(GString) seen = g_string_new(NULL);
  gsize i;
  json_t *line;

  json_array_foreach(json_object_get(order, "lines"), i, line) g_string_append_printf(
      seen, "%s%s*%d %s", i == 0 ? "" : ", ", json_string_value(json_object_get(line, "lineId")),
      (int)json_integer_value(json_object_get(line, "quantity")),
      json_string_value(json_object_get(line, "state")));
  g_assert_cmpstr(seen->str, ==, expected);
}

static void
assert_member(House *house, const char *name, const char *expected)
{
  g_autoptr(json_t) order = read_order(house, "o1");
  g_autofree char *text = bh_json_to_text(json_object_get(order, name));
  g_autofree char *quoted = g_strdelimit(g_strdup(expected), "'", '"');

  g_assert_cmpstr(text, ==, quoted);
}

static void
open_order(House *house, const char *lines)
{
  write_order(house, "order.open", "{'number':'A-1','currency':'EUR','source':'staff','guests':2}");
  write_order(house, "order.lines", lines);
}

#define TWO_LINES                                                                                  \
  "{'lines':[{'lineId':'x-2','name':'Soup','quantity':3,'price':500,'note':'hot'},"                \
  "{'lineId':'x-10','name':'Tea','quantity':1,'price':250}]}"

static void
test_header(House *house, gconstpointer data)
{
  g_assert_null(bh_order_state_read("o1", lookup, list_moved, house));
  write_order(house, "order.lines", TWO_LINES);
  g_assert_null(bh_order_state_read("o1", lookup, list_moved, house));
  write_order(house, "order.open", "{'number':'A-1','currency':'EUR','source':'pos','note':'x'}");
  assert_member(house, "number", "'A-1'");
  assert_member(house, "note", "'x'");
  assert_member(house, "guests", "null");
  assert_member(house, "closed", "false");
  write_order(house, "order.set", "{'version':1,'set':{'note':null,'closed':true,'guests':4}}");
  assert_member(house, "note", "null");
  assert_member(house, "guests", "4");
  assert_member(house, "closed", "true");
}

static void
test_states(House *house, gconstpointer data)
{
  open_order(house, TWO_LINES);
  assert_lines(house, "o1", "x-2*3 placed, x-10*1 placed");
  assert_member(house, "state", "'placed'");
  write_order(house, "line.state", "{'lineIds':['x-2','x-10'],'state':'ready'}"); /* 3 */
  write_order(house, "line.state", "{'lineIds':['x-2'],'state':'accepted'}");
  assert_lines(house, "o1", "x-2*3 ready, x-10*1 ready");
  write_order(house, "line.end", "{'lineIds':['x-10'],'state':'cancelled','reason':'left'}");
  assert_lines(house, "o1", "x-2*3 ready, x-10*1 cancelled");
  assert_member(house, "state", "'ready'");
  assert_member(house, "total", "1500");
  write_order(house, "undo", "{'op':'LogNumber-000000000001:3'}");
  assert_lines(house, "o1", "x-2*3 accepted, x-10*1 cancelled");
  write_order(house, "line.end", "{'lineIds':['x-2'],'state':'declined','reason':'sold out'}");
  assert_member(house, "state", "'cancelled'");
  assert_member(house, "total", "0");
  write_order(house, "line.state", "{'lineIds':['x-2'],'state':'served'}");
  assert_member(house, "state", "'served'");
}

static void
test_splits(House *house, gconstpointer data)
{
  open_order(house, TWO_LINES);
  write_order(house, "line.state", "{'lineIds':['x-2'],'state':'accepted'}");
  write_order(house, "line.split", "{'lineId':'x-2','newLineId':'a','quantity':1}");
  write_order(house, "line.state", "{'lineIds':['x-2'],'state':'ready'}");
  write_order(house, "line.state", "{'lineIds':['a'],'state':'preparing'}");
  assert_lines(house, "o1", "x-2*2 ready, a*1 preparing, x-10*1 placed");
  /* More than is left; then nothing is left, and the line is gone. */
  write_order(house, "line.split", "{'lineId':'x-2','newLineId':'b','quantity':9}");
  write_order(house, "line.split", "{'lineId':'x-2','newLineId':'c','quantity':1}");
  assert_lines(house, "o1", "a*1 preparing, b*2 ready, x-10*1 placed");
  /* Into a line that is there, and twice into one. */
  write_order(house, "line.split", "{'lineId':'b','newLineId':'x-10','quantity':1}");
  write_order(house, "line.split", "{'lineId':'b','newLineId':'a','quantity':1}");
  assert_lines(house, "o1", "a*1 preparing, b*2 ready, x-10*1 placed");
  /* Of what was split off. */
  write_order(house, "line.split", "{'lineId':'b','newLineId':'d','quantity':1}");
  assert_lines(house, "o1", "a*1 preparing, b*1 ready, d*1 ready, x-10*1 placed");
  assert_member(house, "total", "1750");
}

static void
test_moves(House *house, gconstpointer data)
{
  open_order(house, TWO_LINES);
  write_to(house, "order/o2", "order.open", "{'number':'A-2','currency':'EUR','source':'staff'}");
  write_to(house, "order/o2", "order.lines",
           "{'lines':[{'lineId':'z','name':'Pie','quantity':1,'price':1}]}");
  write_order(house, "line.move", "{'lineIds':['x-2'],'version':1,'orderId':'o2'}");
  write_order(house, "line.state", "{'lineIds':['x-2'],'state':'ready'}");
  assert_lines(house, "o1", "x-10*1 placed");
  assert_lines(house, "o2", "z*1 placed");
  house->moved = g_ptr_array_new();
  g_ptr_array_add(house->moved, (gpointer) "order/o1");
  g_ptr_array_add(house->moved, (gpointer) "order/o2");
  g_ptr_array_add(house->moved, (gpointer) "order/o3");
  assert_lines(house, "o2", "x-2*3 ready, z*1 placed");
  write_order(house, "line.move", "{'lineIds':['x-2'],'version':2,'orderId':'o1'}");
  assert_lines(house, "o1", "x-2*3 ready, x-10*1 placed");
  assert_lines(house, "o2", "z*1 placed");
}

static void
note_move(const char *line_id, const char *order_id, gpointer data)
{
  g_string_append_printf(data, " %s>%s", line_id, order_id);
}

static void
test_move_index(House *house, gconstpointer data)
{
  g_autoptr(GString) moves = g_string_new(NULL);

  open_order(house, TWO_LINES);
  write_order(house, "line.move", "{'lineIds':['x-2','x-10'],'version':1,'orderId':'o2'}");
  write_order(house, "line.set", "{'lineId':'x-2','version':2,'set':{'course':1}}");
  write_order(house, "line.move", "{'lineIds':['x-10'],'version':3,'orderId':'o1'}");
  bh_order_state_visit_moves(lookup("order/o1", house), note_move, moves);
  g_assert_cmpstr(moves->str, ==, " x-10>o1 x-2>o2");
}

static void
test_changes(House *house, gconstpointer data)
{
  g_autoptr(json_t) order = NULL;
  json_t *line;

  open_order(house, TWO_LINES);
  write_order(house, "line.set",
              "{'lineId':'x-2','version':1,"
              "'set':{'quantity':5,'note':null,'course':2,'stationId':'bar'}}");
  write_order(house, "ticket.seen", "{'lineIds':['x-2']}");
  write_order(house, "ticket.seen", "{'lineIds':['x-2']}");
  order = read_order(house, "o1");
  line = json_array_get(json_object_get(order, "lines"), 0);
  g_assert_cmpint(json_integer_value(json_object_get(line, "quantity")), ==, 5);
  g_assert_cmpint(json_integer_value(json_object_get(line, "course")), ==, 2);
  g_assert_cmpstr(json_string_value(json_object_get(line, "stationId")), ==, "bar");
  g_assert_true(json_is_null(json_object_get(line, "note")));
  g_assert_cmpuint(json_array_size(json_object_get(line, "seenBy")), ==, 1);
}

#define TAXED_LINES                                                                                \
  "{'lines':[{'lineId':'a','name':'Soup','quantity':3,'price':333,"                                \
  "'tax':{'name':'VAT','rateBp':700,'included':true},'modifiers':[{'name':'x','price':-50},"       \
  "{'name':'y','price':10,'quantity':2}]},"                                                        \
  "{'lineId':'b','name':'Wine','quantity':1,'price':1005,"                                         \
  "'tax':{'name':'Tax','rateBp':1000,'included':false}},"                                          \
  "{'lineId':'c','name':'Gift','quantity':1,'price':1,'modifiers':[{'name':'x','price':-9}]}]}"

static void
test_money(House *house, gconstpointer data)
{
  open_order(house, TAXED_LINES);
  /* a: (333 - 50 + 20) * 3 = 909, of which 59.47 is tax; b: 1005 and 100.5 on it; c: not below 0.
   */
  assert_member(house, "taxes",
                "[{'rateBp':700,'included':true,'net':909,'tax':59},"
                "{'rateBp':1000,'included':false,'net':1005,'tax':101}]");
  assert_member(house, "total", "2015");
  write_order(house, "order.discount", "{'discountId':'d1','reason':'r','percentBp':1000}");
  write_order(house, "order.discount",
              "{'discountId':'d2','reason':'r','lineId':'b','percentBp':9500,'amount':7}");
  write_order(house, "order.discount", "{'discountId':'d3','reason':'r','amount':18}"); /* 5 */
  /* a: 909 - 91; b: all of it. */
  assert_member(house, "taxes",
                "[{'rateBp':700,'included':true,'net':818,'tax':54},"
                "{'rateBp':1000,'included':false,'net':0,'tax':0}]");
  assert_member(house, "total", "800");
  write_order(house, "undo", "{'op':'LogNumber-000000000001:5'}");
  assert_member(house, "total", "818");
  assert_member(house, "discounts",
                "[{'discountId':'d1','reason':'r','lineId':null,'percentBp':1000,'amount':null,"
                "'op':'LogNumber-000000000001:3'},"
                "{'discountId':'d2','reason':'r','lineId':'b','percentBp':9500,'amount':7,"
                "'op':'LogNumber-000000000001:4'}]");
  write_order(house, "order.discount", "{'discountId':'d4','reason':'r','amount':1000000}");
  assert_member(house, "total", "0");
}

static void
test_payments(House *house, gconstpointer data)
{
  open_order(house, TWO_LINES);
  write_order(house, "payment.add",
              "{'paymentId':'p1','method':'cash','amount':1000,'tip':50,'tendered':2000}");
  write_order(house, "payment.add", "{'paymentId':'p2','method':'card','amount':700}");
  assert_member(house, "due", "50");
  write_order(house, "payment.refund",
              "{'refundId':'r1','paymentId':'p2','amount':600,'reason':'x'}");
  write_order(house, "payment.refund",
              "{'refundId':'r2','paymentId':'p2','amount':600,'reason':'x'}");
  write_order(house, "payment.refund",
              "{'refundId':'r3','paymentId':'p9','amount':600,'reason':'x'}");
  assert_member(
      house, "payments",
      "[{'paymentId':'p1','method':'cash','amount':1000,'tip':50,'refunded':0,'settled':0},"
      "{'paymentId':'p2','method':'card','amount':700,'tip':0,'refunded':700,'settled':0}]");
  assert_member(house, "paid", "1000");
  assert_member(house, "due", "750");
  assert_member(house, "tips", "50");
  write_order(house, "receipt.issue",
              "{'receiptId':'q','number':12,'total':1750,'currency':'EUR','taxes':[]}");
  assert_member(house, "receipts", "[{'receiptId':'q','number':12}]");
}

static void
test_redaction(House *house, gconstpointer data)
{
  open_order(house, TWO_LINES);
  write_order(house, "redact", "{'op':'LogNumber-000000000001:2'}");
  assert_lines(house, "o1", "");
  assert_member(house, "state", "'open'");
  write_order(house, "redact", "{'op':'LogNumber-000000000001:1'}");
  g_assert_null(bh_order_state_read("o1", lookup, list_moved, house));
}

/* Thousands of lines, splits and discounts of one order are read in a moment. */
static void
test_large(House *house, gconstpointer data)
{
  gint64 start_us;
  g_autoptr(json_t) order = NULL;

  open_order(house, TWO_LINES);
  for (guint i = 0; i < 20000; i++) {
    g_autofree char *lines =
        g_strdup_printf("{'lines':[{'lineId':'l%u','name':'Soup','quantity':3,'price':500}]}", i);
    g_autofree char *split =
        g_strdup_printf("{'lineId':'l%u','newLineId':'s%u','quantity':1}", i, i);
    g_autofree char *discount =
        g_strdup_printf("{'discountId':'d%u','reason':'r','lineId':'l%u','percentBp':100}", i, i);

    write_order(house, "order.lines", lines);
    write_order(house, "line.split", split);
    write_order(house, "order.discount", discount);
  }
  start_us = g_get_monotonic_time();
  order = read_order(house, "o1");
  g_assert_cmpuint(json_array_size(json_object_get(order, "lines")), ==, 40002);
  /* Quadratic, it would be a minute. */
  g_assert_cmpint(g_get_monotonic_time() - start_us, <, 20 * G_USEC_PER_SEC);
}

#define ADD(name, test) g_test_add("/order-state/" name, House, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("header", test_header);
  ADD("states", test_states);
  ADD("splits", test_splits);
  ADD("moves", test_moves);
  ADD("move-index", test_move_index);
  ADD("changes", test_changes);
  ADD("money", test_money);
  ADD("payments", test_payments);
  ADD("redaction", test_redaction);
  ADD("large", test_large);
  return g_test_run();
}
