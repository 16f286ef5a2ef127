/* SPDX-License-Identifier: Apache-2.0 */
#include "order-taker.h"

#include <string.h>

#include "figures.h"
#include "pen.h"

#define WARM_UP  20
#define PAUSE_MS 5 /* between orders: each begins where all is at rest */
/* The kitchen says in the person's place when it had the order. */
#define SEEN "seen-"

struct _BenchOrderTaker {
  BhProperty *property;
  char *line;
  BenchOrdersMeasured measured;
  guint left, number;
  /* Of the order that is on its way: */
  char *entity;
  gint64 seq, start_us;
  gboolean is_acknowledged, is_accepted;
  BenchSamples acknowledged, seen, accepted; /* in ms since it was written */
};

static void
written_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) operations = bh_property_write_finish(BH_PROPERTY(source), result, &error);

  if (operations == NULL)
    bench_die("not written: %s", error->message);
}

static gboolean
begin_order(gpointer data)
{
  BenchOrderTaker *self = data;
  g_autofree char *id = g_uuid_string_random();
  g_autoptr(json_t) header = bench_order_make_header(self->number);
  g_autoptr(json_t) lines = bench_order_make_lines(self->number++);
  const char *own = bh_property_get_own_log(self->property, FALSE);

  g_free(self->entity);
  self->entity = g_strconcat("order/", id, NULL);
  self->seq = (own != NULL ? bh_property_get_seq(self->property, own) : 0) + 2;
  self->is_acknowledged = self->is_accepted = FALSE;
  const BhPropertyDraft drafts[] = {{"order.open", self->entity, header, FALSE},
                                    {"order.lines", self->entity, lines, FALSE}};
  self->start_us = g_get_monotonic_time();
  bh_property_write_async(self->property, drafts, 2, written_cb, NULL);
  return G_SOURCE_REMOVE;
}

BenchOrderTaker *
bench_order_taker_new(BhProperty *property, const char *line, guint n, BenchOrdersMeasured measured)
{
  BenchOrderTaker *taker = g_new0(BenchOrderTaker, 1);

  taker->property = g_object_ref(property);
  taker->line = g_strdup(line);
  taker->left = n + WARM_UP;
  taker->measured = measured;
  bench_samples_init(&taker->acknowledged);
  bench_samples_init(&taker->seen);
  bench_samples_init(&taker->accepted);
  begin_order(taker);
  return taker;
}

void
bench_order_taker_free(BenchOrderTaker *taker)
{
  bench_samples_clear(&taker->acknowledged);
  bench_samples_clear(&taker->seen);
  bench_samples_clear(&taker->accepted);
  g_object_unref(taker->property);
  g_free(taker->entity);
  g_free(taker->line);
  g_free(taker);
}

static void
print_one(const BenchOrderTaker *self, const char *what, const BenchSamples *samples)
{
  g_autofree char *line = g_strconcat(self->line, "-", what, NULL);

  bench_figure_print_percentiles(line, "bellhop", "ms", samples);
}

static void
think_of_next(BenchOrderTaker *self)
{
  if (!self->is_acknowledged || !self->is_accepted)
    return;
  if (--self->left > 0) {
    g_timeout_add(PAUSE_MS, begin_order, self);
    return;
  }
  print_one(self, "acknowledged", &self->acknowledged);
  print_one(self, "seen", &self->seen);
  print_one(self, "accepted", &self->accepted);
  self->measured(self);
}

static void
note(BenchOrderTaker *self, BenchSamples *samples, gint64 now_us)
{
  if (self->number > WARM_UP)
    bench_samples_add(samples, (double)(now_us - self->start_us) / 1000);
}

void
bench_order_taker_hear_ack(BenchOrderTaker *taker, const json_t *message)
{
  const char *own = bh_property_get_own_log(taker->property, FALSE);
  const json_t *have = json_object_get(message, "have");

  if (taker->is_acknowledged || own == NULL ||
      json_integer_value(json_object_get(have, own)) < taker->seq)
    return;
  taker->is_acknowledged = TRUE;
  note(taker, &taker->acknowledged, g_get_monotonic_time());
  think_of_next(taker);
}

void
bench_order_taker_hear_accepted(BenchOrderTaker *taker, const BhOperation *op)
{
  const char *seen = json_string_value(json_object_get(op->body, "personId"));

  if (taker->is_accepted || !g_str_equal(taker->entity, op->entity))
    return;
  taker->is_accepted = TRUE;
  note(taker, &taker->accepted, g_get_monotonic_time());
  note(taker, &taker->seen, g_ascii_strtoll(seen + strlen(SEEN), NULL, 10));
  think_of_next(taker);
}

void
bench_order_accept(BhProperty *property, const BhOperation *op)
{
  g_autofree char *seen = g_strdup_printf(SEEN "%" G_GINT64_FORMAT, g_get_monotonic_time());
  g_autoptr(json_t) line_ids = json_array();
  g_autoptr(json_t) body = NULL;
  const json_t *lines = json_object_get(op->body, "lines");

  for (size_t i = 0; i < json_array_size(lines); i++)
    json_array_append(line_ids, json_object_get(json_array_get(lines, i), "lineId"));
  body = json_pack("{s:O, s:s, s:s}", "lineIds", line_ids, "state", "accepted", "personId", seen);
  bh_property_write_async(property, &(BhPropertyDraft){"line.state", op->entity, body, FALSE}, 1,
                          written_cb, NULL);
}
