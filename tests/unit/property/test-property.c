/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "property-fixture.h"

#define OPEN "{'number':'A-1','currency':'EUR','source':'staff'}"

static void
assert_log(Fixture *fixture, const char *log_id, const char *expected)
{
  g_autofree char *log = fixture_read_log(fixture, log_id);

  g_assert_cmpstr(log, ==, expected);
}

static void
test_writes_and_starts_again(gconstpointer kind)
{
  Fixture fixture;
  g_autoptr(GPtrArray) first = NULL;
  g_autoptr(GPtrArray) second = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *log_id = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  g_assert_null(bh_property_get_own_log(fixture.property, FALSE));
  first = fixture_write(&fixture, "order.open", "order/1", OPEN);
  g_assert_cmpuint(first->len, ==, 1);
  g_assert_cmpuint(fixture.n_committed, ==, 1);
  g_assert_cmpstr(fixture.events->str, ==, " order/1");
  log_id = g_strdup(bh_property_get_own_log(fixture.property, FALSE));
  g_assert_cmpint(bh_property_get_seq(fixture.property, log_id), ==, 1);
  before = fixture_get_record(&fixture, "order/1");
  g_assert_nonnull(strstr(before, "header"));

  fixture_restart(&fixture);
  after = fixture_get_record(&fixture, "order/1");
  g_assert_cmpstr(after, ==, before);
  /* Another start, another log: the old one is nobody's to go on with. */
  second = fixture_write(&fixture, "order.open", "order/2", OPEN);
  g_assert_cmpstr(((BhOperation *)second->pdata[0])->log_id, !=, log_id);
  g_assert_cmpint(bh_property_get_seq(fixture.property, log_id), ==, 1);
  assert_log(&fixture, log_id, "1");
  fixture_clear(&fixture);
}

static void
test_own_clock_never_goes_back(gconstpointer kind)
{
  Fixture fixture;
  gint64 last_ms = 0;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  for (guint i = 0; i < 4; i++) {
    g_autofree char *entity = g_strdup_printf("order/%u", i);
    g_autoptr(GPtrArray) ops = fixture_write(&fixture, "order.open", entity, OPEN);
    const BhOperation *op = ops->pdata[0];

    g_assert_true(op->hlc_ms >= last_ms);
    g_assert_true(op->hlc_ms > last_ms || op->hlc_counter > 0);
    last_ms = op->hlc_ms;
    fixture.now_ms -= 1000;
    if (i % 2 == 0)
      fixture_restart(&fixture);
    else
      fixture_crash(&fixture);
  }
  fixture_clear(&fixture);
}

static void
test_refuses_what_nobody_would_apply(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  fixture_write_fails(&fixture, "no.such", "order/1", OPEN, BH_PROPERTY_ERROR_BAD);
  fixture_write_fails(&fixture, "order.open", "request/1", OPEN, BH_PROPERTY_ERROR_BAD);
  fixture_write_fails(&fixture, "order.open", "order/1", "{}", BH_PROPERTY_ERROR_BAD);
  g_ptr_array_unref(fixture_write(&fixture, "order.open", "order/1", OPEN));
  assert_log(&fixture, bh_property_get_own_log(fixture.property, FALSE), "1");
  fixture_clear(&fixture);
}

static void
test_crash_keeps_what_was_told(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  for (guint round = 0; round < 12; round++) {
    GAsyncResult *results[8] = {NULL};
    g_autoptr(json_t) body =
        json_pack("{s:s, s:s, s:s}", "number", "A-1", "currency", "EUR", "source", "staff");
    guint told;
    gint64 n = 0;
    g_autoptr(json_t) have = NULL;
    const char *name;
    json_t *seq;

    for (guint i = 0; i < 8; i++) {
      g_autofree char *entity = g_strdup_printf("order/%u-%u", round, i);
      BhPropertyDraft draft = {"order.open", entity, body, i % 3 == 0};

      bh_property_write_async(fixture.property, &draft, 1, fixture_take_result, &results[i]);
    }
    /* The crash meets them at any place between the call and the end. */
    for (guint i = 0; i < round / 2; i++)
      g_main_context_iteration(NULL, FALSE);
    if (round % 3 == 2)
      fixture_wait(&results[round % 8]);
    told = fixture.n_committed;
    fixture_crash(&fixture);
    have = bh_property_get_have(fixture.property, TRUE);
    json_object_foreach(have, name, seq)
    {
      n += json_integer_value(seq);
    }
    g_assert_cmpint(n, >=, told);
    for (guint i = 0; i < fixture.told->len; i++) {
      const BhOperation *op = fixture.told->pdata[i];

      g_assert_cmpint(bh_property_get_seq(fixture.property, op->log_id), >=, op->seq);
      g_assert_nonnull(bh_property_get_record(fixture.property, op->entity));
    }
    /* What was stored and not told counts from here on. */
    fixture.n_committed = (guint)n;
    for (guint i = 0; i < 8; i++)
      g_clear_object(&results[i]);
  }
  fixture_clear(&fixture);
}

static void
test_gaps_wait(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  BhOperation *ops[5];
  g_autoptr(BhTakeResult) taken = NULL;
  BhPropertyFigures figures;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *line_id = g_strdup_printf("l%u", i);

    ops[i] = author_make_line(ann, "1", line_id);
  }
  fixture_take_one(&fixture, ann, bh_operation_ref(ops[4]));
  fixture_take_one(&fixture, ann, bh_operation_ref(ops[2]));
  fixture_take_one(&fixture, ann, bh_operation_ref(ops[2]));
  bh_property_get_figures(fixture.property, &figures);
  g_assert_cmpuint(figures.n_waiting, ==, 2);
  g_assert_cmpint(bh_property_get_seq(fixture.property, ann->log_id), ==, 0);
  g_assert_null(bh_property_get_record(fixture.property, "order/1"));

  taken = fixture_take(&fixture, ann, 2, (BhOperation *[]){ops[1], ops[0]});
  g_assert_cmpint(json_integer_value(json_object_get(taken->have, ann->log_id)), ==, 3);
  fixture_take_one(&fixture, ann, ops[3]);
  g_assert_cmpint(bh_property_get_seq(fixture.property, ann->log_id), ==, 5);
  bh_property_get_figures(fixture.property, &figures);
  g_assert_cmpuint(figures.n_waiting, ==, 0);
  assert_log(&fixture, ann->log_id, "1,2,3,4,5");
  g_assert_cmpuint(fixture.n_committed, ==, 5);
  bh_operation_unref(ops[2]);
  bh_operation_unref(ops[4]);

  fixture_take_refused(
      &fixture, ann,
      author_make_at(ann, 5 + BH_PROPERTY_MAX_GAP + 1, "order.open", "order/1", OPEN), "too-far");
  fixture_take_refused(&fixture, ann,
                       author_make_at(ann, BH_OPERATION_MAX_SEQ, "order.open", "order/1", OPEN),
                       "too-far");
  fixture_clear(&fixture);
}

static void
on_too_many_logs(BhProperty *property, const char *device_id, GString *told)
{
  g_string_append(told, device_id);
}

/* A program that keeps nothing has a new log with each start. */
static void
test_logs_of_a_device_have_an_end(gconstpointer kind)
{
  Fixture fixture;
  Author *ann, *ben;
  g_autoptr(GString) told = g_string_new(NULL);
  g_autofree char *last = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  ben = fixture_add_author(&fixture, "ben", BH_ROLE_STAFF);
  g_signal_connect(fixture.property, "too-many-logs", G_CALLBACK(on_too_many_logs), told);
  for (guint i = 0; i < BH_PROPERTY_MAX_DEVICE_LOGS; i++) {
    g_free(ann->log_id);
    ann->log_id = bh_operation_new_log_id("ann", FALSE);
    fixture_take_one(&fixture, ann, author_make_at(ann, 1, "order.open", "order/1", OPEN));
  }
  last = g_steal_pointer(&ann->log_id);
  ann->log_id = bh_operation_new_log_id("ann", FALSE);
  g_assert_cmpstr(told->str, ==, "");
  fixture_take_refused(&fixture, ann, author_make_at(ann, 1, "order.open", "order/1", OPEN),
                       "too-many-logs");
  g_assert_cmpstr(told->str, ==, "ann");
  g_free(ann->log_id);
  ann->log_id = g_steal_pointer(&last);
  fixture_take_one(&fixture, ann, author_make_at(ann, 2, "order.open", "order/1", OPEN));
  fixture_take_one(&fixture, ben, author_make(ben, "order.open", "order/1", OPEN));
  g_signal_handlers_disconnect_by_data(fixture.property, told);
  fixture_clear(&fixture);
}

static void
test_duplicates_are_harmless(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  BhOperation *op;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  op = author_make_line(ann, "1", "l");
  for (guint i = 0; i < 3; i++) {
    fixture_take_one(&fixture, ann, bh_operation_ref(op));
    /* By its bytes, also where nothing of it is remembered. */
    fixture_restart(&fixture);
    fixture_take_one(&fixture, ann, bh_operation_ref(op));
  }
  {
    g_autoptr(BhTakeResult) taken =
        fixture_take(&fixture, ann, 3,
                     (BhOperation *[]){bh_operation_ref(op), bh_operation_ref(op),
                                       author_make_line(ann, "1", "m")});

    g_assert_cmpint(json_integer_value(json_object_get(taken->have, ann->log_id)), ==, 2);
  }
  bh_operation_unref(op);
  g_assert_cmpuint(fixture.n_committed, ==, 2);
  assert_log(&fixture, ann->log_id, "1,2");
  g_assert_cmpuint(bh_property_get_fork_count(fixture.property, ann->log_id, 1), ==, 1);
  fixture_clear(&fixture);
}

static void
test_forks_are_both_kept(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  g_autofree char *record = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "a"));
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "b"));
  g_string_truncate(fixture.events, 0);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *line_id = g_strdup_printf("fork%u", i);

    ann->seq = 0;
    fixture_take_one(&fixture, ann, author_make_line(ann, "1", line_id));
  }
  /* Four of one identity, no more. */
  g_assert_cmpstr(fixture.events->str, ==,
                  " conflict:1 order/1 conflict:1 order/1 conflict:1 order/1");
  g_assert_cmpuint(bh_property_get_fork_count(fixture.property, ann->log_id, 1), ==, 4);
  assert_log(&fixture, ann->log_id, "1,1,1,1,2");
  fixture_restart(&fixture);
  g_assert_cmpuint(bh_property_get_fork_count(fixture.property, ann->log_id, 1), ==, 4);
  record = fixture_get_record(&fixture, "order/1");
  g_assert_nonnull(strstr(record, "line/a"));
  g_assert_nonnull(strstr(record, "line/fork0"));
  g_assert_nonnull(strstr(record, "line/fork2"));
  g_assert_null(strstr(record, "line/fork3"));
  g_assert_cmpint(bh_property_get_seq(fixture.property, ann->log_id), ==, 2);
  fixture_clear(&fixture);
}

static void
test_forks_are_bounded(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  g_autoptr(json_t) forks = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  for (guint round = 0; round < 2; round++) {
    BhOperation *ops[BH_BACKEND_MAX_FORKS + 6];
    g_autoptr(BhTakeResult) taken = NULL;

    ann->seq = 0;
    for (guint i = 0; i < G_N_ELEMENTS(ops); i++) {
      g_autofree char *line_id = g_strdup_printf("r%u-%u", round, i);

      ops[i] = author_make_line(ann, "1", line_id);
    }
    taken = fixture_take(&fixture, ann, G_N_ELEMENTS(ops), ops);
    g_assert_cmpuint(taken->refused->len, ==, 0);
  }
  forks = bh_property_get_forks(fixture.property, FALSE);
  g_assert_cmpuint(json_array_size(forks), ==, BH_BACKEND_MAX_FORKS);
  fixture_clear(&fixture);
}

static void
test_refuses_what_is_not_its_author(gconstpointer kind)
{
  Fixture fixture;
  Author *ann, *bob;
  BhOperation *op;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  bob = fixture_add_author(&fixture, "bob", BH_ROLE_STAFF);
  fixture_take_refused(&fixture, NULL, author_make_line(ann, "1", "a"), "unknown-device");
  ann->seq = 0;
  op = author_make_line(ann, "1", "a");
  op->sig[5] ^= 1;
  fixture_take_refused(&fixture, ann, op, "forged");
  ann->seq = 0;
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "a"));

  /* In another's name, in another role, as the hub. */
  g_free(bob->device_id);
  bob->device_id = g_strdup("ann");
  g_free(bob->log_id);
  bob->log_id = bh_operation_new_log_id("ann", FALSE);
  fixture_take_refused(&fixture, bob, author_make_line(bob, "1", "b"), "forged");
  bob->role = BH_ROLE_MANAGER;
  fixture_take_refused(&fixture, bob, author_make_line(bob, "1", "b"), "unknown-device");
  bob->role = BH_ROLE_HUB;
  fixture_take_refused(&fixture, bob, author_make_line(bob, "1", "b"), "forged");

  /* In its own name, in another's log, and in ours. */
  bob->role = BH_ROLE_STAFF;
  g_free(bob->device_id);
  bob->device_id = g_strdup("bob");
  g_free(bob->log_id);
  bob->log_id = g_strdup(ann->log_id);
  fixture_take_refused(&fixture, bob, author_make_at(bob, 2, "order.open", "order/1", OPEN),
                       "forged");
  fixture_take_refused(&fixture, bob, author_make_at(bob, 1, "order.open", "order/1", OPEN),
                       "forged");
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "b"));
  g_ptr_array_unref(fixture_write(&fixture, "order.open", "order/1", OPEN));
  g_free(bob->log_id);
  bob->log_id = g_strdup(bh_property_get_own_log(fixture.property, FALSE));
  fixture_take_refused(&fixture, bob, author_make_at(bob, 2, "order.open", "order/1", OPEN),
                       "forged");
  fixture_take_refused(
      &fixture, NULL,
      bh_operation_new_redacted(ann->log_id, 3, "order/1", ann->device_id, ann->role, NULL),
      "rate-limited");
  g_assert_cmpint(bh_property_get_seq(fixture.property, ann->log_id), ==, 2);
  fixture_clear(&fixture);
}

/* Whoever comes first: a log is its device's by its name. */
static void
test_nobody_begins_anothers_log(gconstpointer kind)
{
  Fixture fixture;
  Author *ann, *bob;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  bob = fixture_add_author(&fixture, "bob", BH_ROLE_STAFF);
  g_free(bob->log_id);
  bob->log_id = g_strdup(ann->log_id);
  for (gint64 seq = 1; seq <= 3; seq++)
    fixture_take_refused(&fixture, bob, author_make_at(bob, seq, "order.open", "order/1", OPEN),
                         "forged");
  assert_log(&fixture, ann->log_id, "");
  for (guint i = 0; i < 2; i++)
    fixture_take_one(&fixture, ann, author_make_line(ann, "1", "a"));
  fixture_restart(&fixture);
  fixture_take_refused(&fixture, bob, author_make_at(bob, 3, "order.open", "order/1", OPEN),
                       "forged");
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "b"));
  assert_log(&fixture, ann->log_id, "1,2,3");
  g_assert_cmpstr(bh_property_get_author(fixture.property, ann->log_id), ==, "ann");
  fixture_clear(&fixture);
}

static void
test_members_are_kept(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  g_assert_true(bh_property_add_member(fixture.property, ann->document, NULL));
  g_assert_true(bh_property_add_member(fixture.property, ann->document, NULL));
  fixture_settle(&fixture);
  fixture_crash(&fixture);
  fixture_take_one(&fixture, NULL, author_make_line(ann, "1", "a"));
  g_assert_nonnull(
      bh_member_roll_find(bh_property_get_members(fixture.property), "ann", BH_ROLE_STAFF));
  fixture_clear(&fixture);
}

static void
test_full_disk(gconstpointer kind)
{
  Fixture fixture;
  GAsyncResult *results[3] = {NULL};
  g_autoptr(json_t) body =
      json_pack("{s:s, s:s, s:s}", "number", "A-1", "currency", "EUR", "source", "staff");
  g_autoptr(GPtrArray) ops = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  g_ptr_array_unref(fixture_write(&fixture, "order.open", "order/0", OPEN));
  fixture_fill_disk(&fixture);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *entity = g_strdup_printf("order/f%u", i);
    BhPropertyDraft draft = {"order.open", entity, body, FALSE};

    bh_property_write_async(fixture.property, &draft, 1, fixture_take_result, &results[i]);
    /* Of one turn, and of another. */
    if (i == 1)
      g_main_context_iteration(NULL, FALSE);
  }
  for (guint i = 0; i < 3; i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(bh_property_write_finish(fixture.property, fixture_wait(&results[i]), &error));
    if (i == 0)
      g_assert_error(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_FULL);
    g_assert_true(error->domain == BH_PROPERTY_ERROR);
    g_object_unref(results[i]);
  }
  g_assert_null(bh_property_get_record(fixture.property, "order/f0"));
  fixture_make_room(&fixture);
  ops = fixture_write(&fixture, "order.open", "order/1", OPEN);
  g_assert_cmpint(((BhOperation *)ops->pdata[0])->seq, ==, 2);
  fixture_restart(&fixture);
  g_assert_nonnull(bh_property_get_record(fixture.property, "order/1"));
  g_assert_null(bh_property_get_record(fixture.property, "order/f1"));
  fixture_clear(&fixture);
}

static void
test_close_completes_what_waits(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  g_autoptr(GAsyncResult) write = NULL;
  g_autoptr(GAsyncResult) take = NULL;
  g_autoptr(GAsyncResult) late = NULL;
  g_autoptr(json_t) body =
      json_pack("{s:s, s:s, s:s}", "number", "A-1", "currency", "EUR", "source", "staff");
  BhPropertyDraft draft = {"order.open", "order/1", body, FALSE};
  g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autoptr(GPtrArray) members = g_ptr_array_new();
  g_autoptr(GPtrArray) written = NULL;
  g_autoptr(BhProperty) property = NULL;
  g_autoptr(GError) error = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  property = g_object_ref(fixture.property);
  g_ptr_array_add(batch, author_make_line(ann, "2", "a"));
  g_ptr_array_add(members, ann->document);
  bh_property_write_async(property, &draft, 1, fixture_take_result, &write);
  bh_property_take_async(property, batch, members, FALSE, NULL, fixture_take_result, &take);
  bh_property_close(property);
  bh_property_write_async(property, &draft, 1, fixture_take_result, &late);
  g_assert_true(write == NULL && take == NULL && late == NULL);
  fixture_restart(&fixture);

  written = bh_property_write_finish(property, fixture_wait(&write), &error);
  g_assert_no_error(error);
  g_assert_cmpuint(written->len, ==, 1);
  g_assert_null(bh_property_take_finish(property, fixture_wait(&take), &error));
  g_assert_error(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED);
  g_clear_error(&error);
  g_assert_null(bh_property_write_finish(property, fixture_wait(&late), &error));
  g_assert_error(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED);
  g_assert_nonnull(bh_property_get_record(fixture.property, "order/1"));
  fixture_clear(&fixture);
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  FIXTURE_ADD("writes-and-starts-again", test_writes_and_starts_again);
  FIXTURE_ADD("own-clock-never-goes-back", test_own_clock_never_goes_back);
  FIXTURE_ADD("refuses-what-nobody-would-apply", test_refuses_what_nobody_would_apply);
  FIXTURE_ADD("crash-keeps-what-was-told", test_crash_keeps_what_was_told);
  FIXTURE_ADD("gaps-wait", test_gaps_wait);
  FIXTURE_ADD("logs-of-a-device-have-an-end", test_logs_of_a_device_have_an_end);
  FIXTURE_ADD("duplicates-are-harmless", test_duplicates_are_harmless);
  FIXTURE_ADD("forks-are-both-kept", test_forks_are_both_kept);
  FIXTURE_ADD("forks-are-bounded", test_forks_are_bounded);
  FIXTURE_ADD("refuses-what-is-not-its-author", test_refuses_what_is_not_its_author);
  FIXTURE_ADD("nobody-begins-anothers-log", test_nobody_begins_anothers_log);
  FIXTURE_ADD("members-are-kept", test_members_are_kept);
  FIXTURE_ADD("full-disk", test_full_disk);
  FIXTURE_ADD("close-completes-what-waits", test_close_completes_what_waits);
  return g_test_run();
}
