/* SPDX-License-Identifier: Apache-2.0 */
#include "pen.h"

#include <string.h>

#include "figures.h"
#include "id.h"
#include "membership.h"

#define STEP_MS 1000

static void
sign_nothing(gpointer key, const guint8 *bytes, gsize length, guint8 *sig)
{
  memset(sig, 0, BH_OPERATION_SIG_BYTES);
}

static gboolean
verify_nothing(const guint8 *public_key, const guint8 *bytes, gsize length, const guint8 *sig)
{
  return TRUE;
}

static const BhOperationSigning unsigned_ones = {sign_nothing, verify_nothing};

BenchPen *
bench_pen_new(const char *device_id, BhSignKey *key, gint64 now_ms)
{
  BenchPen *pen = g_new0(BenchPen, 1);

  pen->key = key != NULL ? bh_sign_key_ref(key) : NULL;
  pen->device_id = device_id != NULL ? g_strdup(device_id) : g_uuid_string_random();
  pen->log_id = bh_operation_new_log_id(pen->device_id, FALSE);
  pen->role = BH_ROLE_STAFF;
  pen->now_ms = now_ms;
  return pen;
}

void
bench_pen_free(BenchPen *pen)
{
  g_clear_pointer(&pen->key, bh_sign_key_unref);
  g_free(pen->device_id);
  g_free(pen->log_id);
  g_free(pen);
}

json_t *
bench_order_make_header(guint number)
{
  g_autofree char *shown = g_strdup_printf("A-%u", number % 999 + 1);

  return json_pack("{s:s, s:s, s:s, s:s, s:i}", "number", shown, "currency", "EUR", "source",
                   "staff", "placeId", "table-12", "guests", 2);
}

static json_t *
make_line(guint number, guint i)
{
  static const char *const names[] = {"Goulash soup", "Rib-eye steak, medium", "Sparkling water"};
  static const char *const items[] = {"soup", "steak", "water"};
  g_autofree char *line_id = g_strdup_printf("line-%u-%u", number, i);

  return json_pack("{s:s, s:s, s:s, s:i, s:i, s:{s:s, s:i, s:b}, s:s}", "lineId", line_id, "itemId",
                   items[i], "name", names[i], "quantity", 1 + (int)i, "price", 450 + 800 * (int)i,
                   "tax", "name", "VAT", "rateBp", 700, "included", 1, "stationId", "grill");
}

json_t *
bench_order_make_lines(guint number)
{
  return json_pack("{s:[o, o, o]}", "lines", make_line(number, 0), make_line(number, 1),
                   make_line(number, 2));
}

static json_t *
make_state(guint number, const char *state)
{
  json_t *line_ids = json_array();

  for (guint i = 0; i < 3; i++) {
    g_autofree char *line_id = g_strdup_printf("line-%u-%u", number, i);

    json_array_append_new(line_ids, json_string(line_id));
  }
  return json_pack("{s:o, s:s}", "lineIds", line_ids, "state", state);
}

static json_t *
make_payment(guint number)
{
  g_autofree char *payment_id = g_strdup_printf("payment-%u", number);

  return json_pack("{s:s, s:s, s:i, s:i}", "paymentId", payment_id, "method", "card", "amount",
                   9100, "tip", 500);
}

/* @body: (transfer full): */
static void
write_one(BenchPen *pen, const char *kind, const char *entity, json_t *body, GPtrArray *into)
{
  BhOperationDraft draft = {.log_id = pen->log_id,
                            .seq = ++pen->seq,
                            .device_id = pen->device_id,
                            .role = pen->role,
                            .hlc_ms = pen->now_ms,
                            .tenant_id = BENCH_TENANT,
                            .kind = kind,
                            .entity = entity,
                            .body = body};
  g_autoptr(GError) error = NULL;
  BhOperation *op = bh_operation_new(
      &draft, pen->key != NULL ? &bh_operation_signing_ed25519 : &unsigned_ones, pen->key, &error);

  if (op == NULL)
    bench_die("%s: %s", kind, error->message);
  json_decref(body);
  pen->now_ms += STEP_MS;
  g_ptr_array_add(into, op);
}

void
bench_pen_write_order(BenchPen *pen, gboolean is_finished, GPtrArray *into)
{
  guint number = pen->n_orders++;
  g_autofree char *id = g_uuid_string_random();
  g_autofree char *entity = g_strconcat("order/", id, NULL);

  write_one(pen, "order.open", entity, bench_order_make_header(number), into);
  write_one(pen, "order.lines", entity, bench_order_make_lines(number), into);
  if (!is_finished)
    return;
  write_one(pen, "line.state", entity, make_state(number, "ready"), into);
  write_one(pen, "line.state", entity, make_state(number, "served"), into);
  write_one(pen, "payment.add", entity, make_payment(number), into);
  write_one(pen, "order.set", entity, json_pack("{s:i, s:{s:b}}", "version", 1, "set", "closed", 1),
            into);
}

void
bench_pen_write_menu(BenchPen *pen, guint n_items, GPtrArray *into)
{
  for (guint i = 0; i < n_items; i++) {
    g_autofree char *entity = g_strdup_printf("item/item-%u", i);
    g_autofree char *name = g_strdup_printf("Dish number %u of the menu", i);
    g_autofree char *category_id = g_strdup_printf("category-%u", i % 10);

    write_one(pen, "item.set", entity,
              json_pack("{s:i, s:{s:s, s:i, s:s, s:s, s:s, s:s, s:[s, s]}}", "version", 1, "set",
                        "name", name, "price", 450 + 10 * (int)i, "currency", "EUR", "categoryId",
                        category_id, "taxId", "food", "stationId", "grill", "allergens", "gluten",
                        "celery"),
              into);
  }
}

json_t *
bench_pen_make_membership(const BenchPen *pen, BhSignKey *hub)
{
  BhMembership membership = {.tenant_id = (char *)BENCH_TENANT,
                             .device_id = pen->device_id,
                             .role = pen->role,
                             .name = (char *)"Bench",
                             .not_before_ms = pen->now_ms,
                             .not_after_ms = pen->now_ms + BH_MEMBERSHIP_VALID_MS};

  memcpy(membership.public_key, bh_sign_key_get_public(pen->key), BH_MEMBERSHIP_KEY_BYTES);
  return bh_membership_sign(hub, &membership);
}
