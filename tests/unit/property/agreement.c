/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement: says of texts and operations what this side makes of them, so that the client
 * library's test (tests/unit/client/agreement.ts) can hold its own answer against it. One JSON
 * object a line in, one out:
 *
 * - `{texts: [base64url]}` -> `{taken: [boolean]}`
 * - `{operations: [object], orders: [orderId]}` ->
 *   `{reasons: [text|null], records: {name: text}, orders: {orderId: reading|null}}`
 */
#include <stdio.h>
#include <string.h>

#include "base64url.h"
#include "kind-table.h"
#include "operation-fixture.h"
#include "order-state.h"
#include "redaction.h"

#define MAX_TEXT_BYTES 100000

static const guint8 no_sig[BH_OPERATION_SIG_BYTES];

static json_t *
judge_texts(const json_t *texts)
{
  json_t *taken = json_array();
  gsize i;
  json_t *entry;

  json_array_foreach(texts, i, entry)
  {
    g_autoptr(GBytes) bytes = bh_base64url_decode(json_string_value(entry), MAX_TEXT_BYTES);
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autoptr(BhOperation) op =
        bh_operation_parse(text != NULL ? text : "", length, no_sig, FIXTURE_TENANT, NULL);

    json_array_append_new(taken, json_boolean(op != NULL));
  }
  return json_pack("{s:o}", "taken", taken);
}

typedef struct {
  GHashTable *records; /* (element-type utf8 BhRecord) */
  GPtrArray *names;    /* of them all; borrowed */
} House;

static BhRecord *
lookup(const char *name, gpointer data)
{
  return g_hash_table_lookup(((House *)data)->records, name);
}

/* All of them: which line stands where is the reader's to find out. */
static GPtrArray *
list_moved(const char *order_id, gpointer data)
{
  return ((House *)data)->names;
}

/* Returns: (transfer full): why @value is set aside; null where it was applied */
static json_t *
apply(House *house, const json_t *value)
{
  g_autofree char *text = bh_json_to_text(value);
  g_autoptr(BhOperation) op = bh_operation_parse(text, strlen(text), no_sig, FIXTURE_TENANT, NULL);
  const char *reason;
  BhRecord *record;

  if (op == NULL)
    return json_string("bad-operation");
  reason = bh_kind_table_judge(op);
  if (reason != NULL)
    return json_string(reason);
  record = lookup(op->entity, house);
  if (record == NULL) {
    char *name = g_strdup(op->entity);

    record = bh_record_new();
    g_hash_table_insert(house->records, name, record);
    g_ptr_array_add(house->names, name);
  }
  bh_kind_table_lift(op, record);
  return json_null();
}

/* Returns: (transfer full): what is left of @value when its words are erased; null: it is none */
static json_t *
erase(const json_t *value)
{
  g_autofree char *text = bh_json_to_text(value);
  g_autoptr(BhOperation) op = bh_operation_parse(text, strlen(text), no_sig, FIXTURE_TENANT, NULL);
  g_autoptr(BhOperation) stub = op != NULL ? bh_redaction_make_stub(op) : NULL;

  return stub != NULL ? json_string(stub->text) : json_null();
}

static json_t *
replay(const json_t *operations, const json_t *order_ids)
{
  g_autoptr(GHashTable) records =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)bh_record_unref);
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  House house = {.records = records, .names = names};
  json_t *reasons = json_array(), *texts = json_object(), *orders = json_object();
  json_t *stubs = json_array();
  gsize i;
  json_t *entry;

  json_array_foreach(operations, i, entry)
  {
    json_array_append_new(reasons, apply(&house, entry));
    json_array_append_new(stubs, erase(entry));
  }
  for (guint j = 0; j < names->len; j++) {
    const char *name = names->pdata[j];
    g_autoptr(json_t) value = bh_record_to_json(lookup(name, &house));
    g_autofree char *text = bh_json_to_text(value);

    json_object_set_new(texts, name, json_string(text));
  }
  json_array_foreach(order_ids, i, entry)
  {
    const char *id = json_string_value(entry);
    json_t *order = bh_order_state_read(id, lookup, list_moved, &house);

    json_object_set_new(orders, id, order != NULL ? order : json_null());
  }
  return json_pack("{s:o, s:o, s:o, s:o}", "reasons", reasons, "stubs", stubs, "records", texts,
                   "orders", orders);
}

int
main(void)
{
  g_autofree char *line = NULL;
  size_t size = 0;
  ssize_t length;

  /* getline() keeps its buffer with malloc, which is what g_free() frees. */
  while ((length = getline(&line, &size, stdin)) > 0) {
    g_autoptr(json_t) asked = bh_json_parse(line, (gsize)length, NULL);
    const json_t *texts = json_object_get(asked, "texts");
    g_autoptr(json_t) answer = texts != NULL ? judge_texts(texts)
                                             : replay(json_object_get(asked, "operations"),
                                                      json_object_get(asked, "orders"));
    g_autofree char *text = bh_json_to_text(answer);

    puts(text);
    fflush(stdout);
  }
  return 0;
}
