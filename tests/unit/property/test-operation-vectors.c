/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data/protocol/vectors/operations.json: what both languages must make of operations, records,
 * orders and clocks. The client library writes the file and is held against it too.
 */
#include <string.h>

#include "base64url.h"
#include "cutoff-table.h"
#include "hybrid-clock.h"
#include "kind-table.h"
#include "log-digest.h"
#include "membership.h"
#include "operation-fixture.h"
#include "order-state.h"
#include "record-book.h"
#include "redaction.h"
#include "sign-key.h"

#define N_SHUFFLES 10

static json_t *vectors;
static const char *tenant_id;
static const guint8 no_sig[BH_OPERATION_SIG_BYTES];

static const char *
get_text(const json_t *object, const char *name)
{
  const char *text = json_string_value(json_object_get(object, name));

  g_assert_nonnull(text);
  return text;
}

/* A list of the file, which is there. */
static json_t *
get_cases(const json_t *object, const char *name)
{
  json_t *cases = json_object_get(object, name);

  g_assert_cmpuint(json_array_size(cases), >, 0);
  return cases;
}

static void
assert_json(const json_t *value, const json_t *expected, const char *why)
{
  g_autofree char *text = bh_json_to_text(value);
  g_autofree char *expected_text = bh_json_to_text(expected);

  if (strcmp(text, expected_text) != 0)
    g_error("%s:\n%s\nis not\n%s", why, text, expected_text);
}

/* Returns: (transfer full): of an entry `{why, text}` or `{why, bytes}` */
static GBytes *
get_bytes(const json_t *entry)
{
  const char *text = json_string_value(json_object_get(entry, "text"));

  if (text != NULL)
    return g_bytes_new_static(text, strlen(text));
  return bh_base64url_decode(get_text(entry, "bytes"), G_MAXINT32);
}

/* --- texts --- */

static json_t *
get_texts(const char *name)
{
  return get_cases(json_object_get(vectors, "texts"), name);
}

static void
test_good_texts(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_texts("good"), i, entry)
  {
    const char *text = get_text(entry, "text");
    g_autoptr(BhOperation) op = bh_operation_parse(text, strlen(text), no_sig, tenant_id, NULL);
    g_autoptr(BhOperation) again = NULL;

    if (op == NULL)
      g_error("%s: refused", get_text(entry, "why"));
    again = bh_operation_new(&(BhOperationDraft){op->log_id, op->seq, op->device_id, op->role,
                                                 op->hlc_ms, op->hlc_counter, tenant_id, op->kind,
                                                 op->entity, op->body},
                             &fixture_signing, NULL, NULL);
    g_assert_cmpstr(again->text, ==, text);
  }
}

static void
assert_refused(const char *name, int code)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_texts(name), i, entry)
  {
    g_autoptr(GBytes) bytes = get_bytes(entry);
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autoptr(GError) error = NULL;
    g_autoptr(BhOperation) op =
        bh_operation_parse(text != NULL ? text : "", length, no_sig, tenant_id, &error);

    if (op != NULL || error->code != code)
      g_error("%s: %s", get_text(entry, "why"), op != NULL ? "taken" : error->message);
  }
}

static void
test_other_texts(void)
{
  gsize i;
  json_t *entry;

  assert_refused("bad", BH_OPERATION_ERROR_BAD);
  assert_refused("foreign", BH_OPERATION_ERROR_TENANT);
  json_array_foreach(get_cases(vectors, "badEntries"), i, entry)
      g_assert_null(bh_operation_from_wire(json_object_get(entry, "entry"), tenant_id, NULL));
}

/* --- signatures --- */

static void
decode(const json_t *object, const char *name, guint8 *out, gsize length)
{
  g_assert_true(bh_base64url_decode_exact(get_text(object, name), out, length));
}

static void
test_signatures(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "signed"), i, entry)
  {
    const json_t *wire = json_object_get(entry, "operation");
    g_autoptr(BhOperation) op = bh_operation_from_wire(wire, tenant_id, NULL);
    guint8 public_key[BH_OPERATION_KEY_BYTES];

    decode(entry, "publicKey", public_key, sizeof public_key);
    g_assert_nonnull(op);
    if (bh_operation_verify(op, &bh_operation_signing_ed25519, public_key) !=
        json_is_true(json_object_get(entry, "isGood")))
      g_error("%s", get_text(entry, "why"));
  }
}

/* The first operations are the members' own, in their order; each document is the hub's word. */
static void
test_members(void)
{
  guint8 hub_key[BH_OPERATION_KEY_BYTES];
  gsize i;
  json_t *member;

  decode(json_object_get(vectors, "hub"), "publicKey", hub_key, sizeof hub_key);
  json_array_foreach(get_cases(vectors, "members"), i, member)
  {
    const json_t *entry = json_array_get(json_object_get(vectors, "signed"), i);
    g_autoptr(BhOperation) op =
        bh_operation_from_wire(json_object_get(entry, "operation"), tenant_id, NULL);
    g_autoptr(BhMembership) membership =
        bh_membership_parse(json_object_get(member, "membership"), hub_key, FIXTURE_NOW_MS, NULL);
    guint8 seed[BH_SIGN_KEY_BYTES];
    g_autoptr(BhSignKey) key = NULL;
    g_autoptr(BhOperation) again = NULL;

    decode(member, "seed", seed, sizeof seed);
    key = bh_sign_key_new_from_seed(seed);
    again = bh_operation_new(&(BhOperationDraft){op->log_id, op->seq, op->device_id, op->role,
                                                 op->hlc_ms, op->hlc_counter, tenant_id, op->kind,
                                                 op->entity, op->body},
                             &bh_operation_signing_ed25519, key, NULL);
    g_assert_true(bh_operation_equal(op, again));
    g_assert_nonnull(membership);
    g_assert_cmpstr(membership->device_id, ==, op->device_id);
    g_assert_cmpint(membership->role, ==, op->role);
    g_assert_true(bh_operation_verify(op, &bh_operation_signing_ed25519, membership->public_key));
  }
}

/* --- kinds --- */

/* Returns: (transfer full): of an operation that stands in the file as an object */
static BhOperation *
parse_object(const json_t *object)
{
  g_autofree char *text = bh_json_to_text(object);
  BhOperation *op = bh_operation_parse(text, strlen(text), no_sig, tenant_id, NULL);

  g_assert_nonnull(op);
  return op;
}

static void
test_judged(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "judged"), i, entry)
  {
    g_autoptr(BhOperation) op = parse_object(json_object_get(entry, "operation"));
    const char *expected = json_string_value(json_object_get(entry, "reason"));
    const char *reason = bh_kind_table_judge(op);

    if (g_strcmp0(reason, expected) != 0)
      g_error("%s: %s", get_text(entry, "why"), reason != NULL ? reason : "applies");
  }
}

static json_t *
get_sorted(const json_t *record)
{
  g_autoptr(BhRecord) parsed = bh_record_from_json(record, NULL);

  g_assert_nonnull(parsed);
  return bh_record_to_json(parsed);
}

static void
test_lifts(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "lifts"), i, entry)
  {
    g_autoptr(BhOperation) op = parse_object(json_object_get(entry, "operation"));
    g_autoptr(json_t) expected = get_sorted(json_object_get(entry, "record"));
    g_autoptr(BhRecord) record = bh_record_new();
    g_autoptr(json_t) value = NULL;

    g_assert_null(bh_kind_table_judge(op));
    bh_kind_table_lift(op, record);
    value = bh_record_to_json(record);
    assert_json(value, expected, get_text(entry, "why"));
  }
}

static void
test_stubs(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "stubs"), i, entry)
  {
    const json_t *expected = json_object_get(entry, "stub");
    g_autoptr(BhOperation) op = parse_object(json_object_get(entry, "operation"));
    g_autoptr(BhOperation) stub = bh_redaction_make_stub(op);
    g_autoptr(BhOperation) again = bh_operation_from_wire(expected, NULL, NULL);
    g_autofree char *text = bh_json_to_text(expected);

    g_test_message("%s", get_text(entry, "why"));
    g_assert_cmpstr(stub->text, ==, text);
    g_assert_true(bh_operation_equal(stub, again));
    g_assert_true(bh_redaction_is_same(op, again) && bh_redaction_is_same(again, op));
  }
}

/* --- digests --- */

static void
test_ranges(void)
{
  gsize i, j;
  json_t *entry, *wire;

  json_array_foreach(get_cases(vectors, "ranges"), i, entry)
  {
    g_autoptr(GArray) signatures = g_array_new(FALSE, FALSE, sizeof(BhBackendSignature));
    g_autofree char *text = NULL;

    g_test_message("%s", get_text(entry, "why"));
    json_array_foreach(json_object_get(entry, "operations"), j, wire)
    {
      g_autoptr(BhOperation) op = bh_operation_from_wire(wire, NULL, NULL);
      BhBackendSignature signature = {0};

      g_assert_nonnull(op);
      signature = (BhBackendSignature){.seq = op->seq, .is_redacted = op->is_redacted};
      memcpy(signature.sig, op->sig, sizeof signature.sig);
      g_array_append_val(signatures, signature);
    }
    text = bh_log_digest(signatures);
    g_assert_cmpstr(text, ==, get_text(entry, "digest"));
  }
}

/* --- records --- */

static void
shuffle(GPtrArray *array)
{
  for (guint i = array->len; i > 1; i--) {
    guint other = (guint)g_test_rand_int_range(0, (gint32)i);
    gpointer swapped = array->pdata[i - 1];

    array->pdata[i - 1] = array->pdata[other];
    array->pdata[other] = swapped;
  }
}

static void
assert_merged(const json_t *records, const json_t *expected, const char *why)
{
  g_autoptr(GPtrArray) order = g_ptr_array_new();
  g_autoptr(BhRecord) merged = bh_record_new();
  g_autoptr(json_t) value = NULL;
  gsize i;
  json_t *record;

  json_array_foreach(records, i, record)
  {
    g_ptr_array_add(order, record);
    g_ptr_array_add(order, record);
  }
  shuffle(order);
  for (guint j = 0; j < order->len; j++) {
    g_autoptr(BhRecord) one = bh_record_from_json(order->pdata[j], NULL);

    g_assert_nonnull(one);
    bh_record_merge(merged, one);
  }
  value = bh_record_to_json(merged);
  assert_json(value, expected, why);
}

static void
test_merges(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "merges"), i, entry) for (guint round = 0;
                                                                  round < N_SHUFFLES; round++)
      assert_merged(json_object_get(entry, "records"), json_object_get(entry, "merged"),
                    get_text(entry, "why"));
}

/* --- orders --- */

typedef struct {
  GHashTable *records; /* (element-type utf8 BhRecord) */
  const char *order_id;
  const char *name;
  GPtrArray *found;
} House;

static BhRecord *
lookup(const char *name, gpointer data)
{
  return g_hash_table_lookup(((House *)data)->records, name);
}

static void
note_move(const char *line_id, const char *order_id, gpointer data)
{
  House *house = data;

  if (strcmp(order_id, house->order_id) == 0 && !g_ptr_array_find(house->found, house->name, NULL))
    g_ptr_array_add(house->found, (gpointer)house->name);
}

static GPtrArray *
list_moved(const char *order_id, gpointer data)
{
  House *house = data;
  GHashTableIter iter;
  gpointer name, record;

  house->order_id = order_id;
  g_ptr_array_set_size(house->found, 0);
  g_hash_table_iter_init(&iter, house->records);
  while (g_hash_table_iter_next(&iter, &name, &record)) {
    house->name = name;
    bh_order_state_visit_moves(record, note_move, house);
  }
  return house->found;
}

static void
apply(House *house, BhOperation *op)
{
  BhRecord *record = lookup(op->entity, house);

  if (record == NULL) {
    record = bh_record_new();
    g_hash_table_insert(house->records, g_strdup(op->entity), record);
  }
  g_assert_null(bh_kind_table_judge(op));
  bh_kind_table_lift(op, record);
}

static void
assert_orders(const json_t *entry)
{
  g_autoptr(GPtrArray) operations =
      g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autoptr(GHashTable) records =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)bh_record_unref);
  g_autoptr(GPtrArray) found = g_ptr_array_new();
  House house = {.records = records, .found = found};
  const char *order_id;
  gsize i;
  json_t *value;

  json_array_foreach(get_cases(entry, "operations"), i, value)
      g_ptr_array_add(operations, parse_object(value));
  shuffle(operations);
  for (guint j = 0; j < operations->len; j++)
    apply(&house, operations->pdata[j]);
  json_object_foreach(json_object_get(entry, "orders"), order_id, value)
  {
    g_autoptr(json_t) order = bh_order_state_read(order_id, lookup, list_moved, &house);
    g_autoptr(json_t) none = json_null();

    assert_json(order != NULL ? order : none, value, get_text(entry, "why"));
  }
}

static void
test_orders(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "orders"), i,
                     entry) for (guint round = 0; round < N_SHUFFLES; round++) assert_orders(entry);
}

/* --- clocks --- */

static BhHybridTime
get_time(const json_t *time)
{
  return (BhHybridTime){json_integer_value(json_array_get(time, 0)),
                        (guint32)json_integer_value(json_array_get(time, 1))};
}

static void
step(BhHybridClock *clock, const json_t *step, const char *why)
{
  gint64 now_ms = json_integer_value(json_object_get(step, "now"));
  const json_t *tick = json_object_get(step, "tick");
  const json_t *heard = json_object_get(step, "hear");
  const json_t *hub_ms = json_object_get(step, "follow");

  if (hub_ms != NULL)
    bh_hybrid_clock_set_offset(clock, json_integer_value(hub_ms) - now_ms);
  if (heard != NULL)
    bh_hybrid_clock_hear(clock, now_ms, get_time(heard));
  if (tick != NULL &&
      bh_hybrid_time_compare(bh_hybrid_clock_next(clock, now_ms), get_time(tick)) != 0)
    g_error("%s", why);
}

static void
test_clocks(void)
{
  gsize i, j;
  json_t *entry, *one;

  json_array_foreach(get_cases(vectors, "clocks"), i, entry)
  {
    g_autoptr(BhHybridClock) clock = bh_hybrid_clock_new();

    json_array_foreach(get_cases(entry, "steps"), j, one) step(clock, one, get_text(entry, "why"));
  }
}

static void
assert_revoked(BhCutoffTable *table, const json_t *asked, const char *why)
{
  BhRole role = bh_role_from_name(get_text(asked, "role"));
  gint64 seq = json_integer_value(json_object_get(asked, "seq"));
  gboolean is_revoked = bh_cutoff_table_revokes(table, "ann", role, get_text(asked, "logId"), seq);

  if (is_revoked != json_is_true(json_object_get(asked, "isRevoked")))
    g_error("%s: %s %s %d", why, get_text(asked, "role"), get_text(asked, "logId"), (int)seq);
}

static gint64
add_hours(gint64 ms, const json_t *days, const char *name)
{
  return ms + json_integer_value(json_object_get(days, name)) * 60 * 60 * 1000;
}

static void
put_day(BhRecordBook *book, gsize index, gint64 touched_ms, const json_t *day)
{
  g_autofree char *name = g_strdup_printf("day/%" G_GSIZE_FORMAT, index);
  g_autoptr(json_t) header =
      json_pack("{s:I, s:I}", "fromMs", (json_int_t)add_hours(touched_ms, day, "from"), "toMs",
                (json_int_t)add_hours(touched_ms, day, "to"));
  g_autoptr(BhRecord) record = bh_record_new();

  bh_record_add_item(record, "header", header, &(BhStamp){.ms = 1, .log_id = "l", .seq = 1});
  bh_record_book_put(book, name, record, touched_ms);
}

static void
assert_kept(const json_t *entry)
{
  const gint64 touched_ms = G_GINT64_CONSTANT(1000000000000);
  BhRecordBook *book = bh_record_book_new();
  g_autoptr(BhRecord) record = bh_record_new();
  json_t *value;
  gsize i;

  json_array_foreach(get_cases(entry, "operations"), i, value)
  {
    g_autoptr(BhOperation) op = parse_object(value);

    bh_kind_table_lift(op, record);
  }
  bh_record_book_put(book, "order/o1", record, touched_ms);
  json_array_foreach(json_object_get(entry, "days"), i, value) put_day(book, i, touched_ms, value);
  json_array_foreach(get_cases(entry, "asked"), i, value)
  {
    gint64 hours = json_integer_value(json_object_get(value, "hours"));
    gint64 now_ms = touched_ms + hours * 60 * 60 * 1000;

    if (bh_record_book_is_archivable(book, "order/o1", now_ms) !=
        json_is_true(json_object_get(value, "isOver")))
      g_error("%s: %d h", get_text(entry, "why"), (int)hours);
  }
  bh_record_book_free(book);
}

static void
test_keeps(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "keeps"), i, entry) assert_kept(entry);
}

static void
test_cut_offs(void)
{
  gsize i, j;
  json_t *entry, *asked;

  json_array_foreach(get_cases(vectors, "cutOffs"), i, entry)
  {
    BhCutoffTable *table = bh_cutoff_table_new();
    g_autoptr(BhRecord) record = bh_record_from_json(json_object_get(entry, "record"), NULL);

    g_assert_nonnull(record);
    g_assert_null(bh_cutoff_table_set(table, "ann", record));
    json_array_foreach(get_cases(entry, "asked"), j, asked)
        assert_revoked(table, asked, get_text(entry, "why"));
    bh_cutoff_table_free(table);
  }
}

static void
test_logs(void)
{
  gsize i;
  json_t *entry;

  json_array_foreach(get_cases(vectors, "logOwners"), i, entry)
  {
    g_autofree char *log_id = bh_operation_new_log_id(get_text(entry, "deviceId"), FALSE);

    g_assert_true(g_str_has_prefix(log_id, get_text(entry, "owner")));
  }
  json_array_foreach(get_cases(vectors, "logs"), i, entry)
  {
    gboolean is_good =
        bh_operation_is_log_of(get_text(entry, "logId"), get_text(entry, "deviceId"));

    if (is_good != json_is_true(json_object_get(entry, "isGood")))
      g_error("%s", get_text(entry, "why"));
  }
}

int
main(int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;
  int result;

  g_test_init(&argc, &argv, NULL);
  path = g_build_filename(g_getenv("BH_VECTORS"), "operations.json", NULL);
  g_assert_true(g_file_get_contents(path, &text, &length, NULL));
  vectors = bh_json_parse(text, length, NULL);
  tenant_id = get_text(vectors, "tenantId");
  g_test_add_func("/operation-vectors/good-texts", test_good_texts);
  g_test_add_func("/operation-vectors/other-texts", test_other_texts);
  g_test_add_func("/operation-vectors/logs", test_logs);
  g_test_add_func("/operation-vectors/signatures", test_signatures);
  g_test_add_func("/operation-vectors/members", test_members);
  g_test_add_func("/operation-vectors/judged", test_judged);
  g_test_add_func("/operation-vectors/lifts", test_lifts);
  g_test_add_func("/operation-vectors/stubs", test_stubs);
  g_test_add_func("/operation-vectors/ranges", test_ranges);
  g_test_add_func("/operation-vectors/merges", test_merges);
  g_test_add_func("/operation-vectors/orders", test_orders);
  g_test_add_func("/operation-vectors/clocks", test_clocks);
  g_test_add_func("/operation-vectors/cut-offs", test_cut_offs);
  g_test_add_func("/operation-vectors/keeps", test_keeps);
  result = g_test_run();
  json_decref(vectors);
  return result;
}
