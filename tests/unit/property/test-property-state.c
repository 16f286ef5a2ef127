/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "property-fixture.h"

#define OPEN   "{'number':'A-1','currency':'EUR','source':'staff'}"
#define CLOSE  "{'version':1,'set':{'closed':true}}"
#define DAY_MS (G_GINT64_CONSTANT(24) * 60 * 60 * 1000)

static void
assert_record(Fixture *fixture, const char *name, const char *has, const char *has_not)
{
  g_autofree char *record = fixture_get_record(fixture, name);

  if (has != NULL && strstr(record, has) == NULL)
    g_error("%s has no %s: %s", name, has, record);
  if (has_not != NULL && strstr(record, has_not) != NULL)
    g_error("%s has %s: %s", name, has_not, record);
}

/* Waits until all is derived that a change asks for. */
static void
write_cutoff(Fixture *fixture, const char *log_id, int version, int seq)
{
  g_autofree char *body =
      log_id != NULL ? g_strdup_printf("{'version':%d,'role':null,'cutoffs':[{'logId':'%s',"
                                       "'seq':%d}]}",
                                       version, log_id, seq)
                     : g_strdup_printf("{'version':%d,'role':'staff','cutoffs':[]}", version);

  g_ptr_array_unref(fixture_write(fixture, "device.cutoff", "device/ann", body));
}

static void
assert_aside(Fixture *fixture, const char *expected)
{
  g_autofree char *aside = fixture_get_aside(fixture);

  g_assert_cmpstr(aside, ==, expected);
}

static void
test_cutoff_is_lowered_and_raised(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  g_ptr_array_unref(fixture_write(&fixture, "order.open", "order/1", OPEN));
  for (guint i = 1; i <= 4; i++) {
    g_autofree char *line_id = g_strdup_printf("l%u", i);

    fixture_take_one(&fixture, ann, author_make_line(ann, i < 4 ? "1" : "2", line_id));
  }
  write_cutoff(&fixture, ann->log_id, 1, 2);
  fixture_settle(&fixture);
  assert_record(&fixture, "order/1", "line/l2", "line/l3");
  assert_record(&fixture, "order/1", "header", NULL);
  assert_record(&fixture, "order/2", NULL, "line/l4");
  assert_aside(&fixture, "3=revoked,4=revoked");
  fixture_restart(&fixture);
  assert_record(&fixture, "order/1", "line/l2", "line/l3");
  assert_aside(&fixture, "3=revoked,4=revoked");

  /* What comes later is aside too, and is stored. */
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "l5"));
  assert_record(&fixture, "order/1", NULL, "line/l5");
  g_assert_cmpint(bh_property_get_seq(fixture.property, ann->log_id), ==, 5);
  write_cutoff(&fixture, ann->log_id, 2, 4);
  fixture_settle(&fixture);
  assert_record(&fixture, "order/1", "line/l3", "line/l5");
  assert_record(&fixture, "order/2", "line/l4", NULL);
  write_cutoff(&fixture, ann->log_id, 3, 1);
  /* Ended before all is derived: the start does it. */
  fixture_crash(&fixture);
  assert_record(&fixture, "order/1", "line/l1", "line/l2");
  write_cutoff(&fixture, ann->log_id, 4, 100);
  fixture_settle(&fixture);
  assert_record(&fixture, "order/1", "line/l5", NULL);
  assert_aside(&fixture, "");
  write_cutoff(&fixture, NULL, 5, 0);
  fixture_settle(&fixture);
  assert_record(&fixture, "order/1", "header", "line/");
  fixture_clear(&fixture);
}

static void
test_cutoff_before_the_operations(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  write_cutoff(&fixture, ann->log_id, 1, 1);
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "l1"));
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "l2"));
  assert_record(&fixture, "order/1", "line/l1", "line/l2");
  fixture_crash(&fixture);
  assert_record(&fixture, "order/1", "line/l1", "line/l2");
  assert_aside(&fixture, "2=revoked");
  fixture_clear(&fixture);
}

static void
test_aside_by_content(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  BhPropertyFigures figures;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_KITCHEN);
  fixture_take_one(&fixture, ann, author_make(ann, "no.such", "order/1", "{}"));
  fixture_take_one(&fixture, ann, author_make(ann, "order.open", "order/1", OPEN));
  fixture_take_one(&fixture, ann, author_make(ann, "line.state", "place/1", "{}"));
  fixture_take_one(&fixture, ann, author_make(ann, "line.state", "order/1", "{}"));
  g_assert_cmpuint(fixture.n_committed, ==, 4);
  for (guint i = 0; i < 3; i++) {
    assert_aside(&fixture, "1=unknown-kind,2=forbidden,3=bad-entity,4=bad-body");
    assert_record(&fixture, "order/1", NULL, "header");
    bh_property_get_figures(fixture.property, &figures);
    g_assert_cmpint(figures.n_aside, ==, 4);
    g_assert_cmpint(figures.n_operations, ==, 4);
    if (i == 0)
      fixture_crash(&fixture);
    else
      fixture_restart(&fixture);
  }
  fixture_clear(&fixture);
}

static void
redact(Fixture *fixture, const char *log_id, int seq, const char *entity)
{
  g_autofree char *body = g_strdup_printf("{'op':'%s:%d'}", log_id, seq);

  g_ptr_array_unref(fixture_write(fixture, "redact", entity, body));
}

static void
assert_log(Fixture *fixture, const char *log_id, const char *expected)
{
  g_autofree char *log = fixture_read_log(fixture, log_id);

  g_assert_cmpstr(log, ==, expected);
}

static void
test_redaction_takes_words(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  BhOperation *again;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "keep"));
  again = author_make_line(ann, "1", "gone");
  fixture_take_one(&fixture, ann, bh_operation_ref(again));
  /* Of another entity: the one named is not what it says, and stays. */
  redact(&fixture, ann->log_id, 1, "order/2");
  redact(&fixture, ann->log_id, 2, "order/1");
  assert_log(&fixture, ann->log_id, "1,2!");
  assert_record(&fixture, "order/1", "line/gone\":[null,", NULL);
  before = fixture_get_record(&fixture, "order/1");

  /* Also where all is derived from what is stored. */
  fixture_crash(&fixture);
  after = fixture_get_record(&fixture, "order/1");
  g_assert_cmpstr(after, ==, before);
  write_cutoff(&fixture, ann->log_id, 1, 1);
  fixture_settle(&fixture);
  assert_record(&fixture, "order/1", "line/keep", "line/gone");
  write_cutoff(&fixture, ann->log_id, 2, 2);
  fixture_settle(&fixture);
  g_free(after);
  after = fixture_get_record(&fixture, "order/1");
  g_assert_cmpstr(after, ==, before);

  /* It does not come back, and is no fork of what is left of it. */
  fixture_restart(&fixture);
  fixture_take_one(&fixture, ann, again);
  assert_log(&fixture, ann->log_id, "1,2!");
  g_assert_cmpuint(bh_property_get_fork_count(fixture.property, ann->log_id, 2), ==, 1);
  fixture_clear(&fixture);
}

/* A hub that was restored from an old backup has only the stubs of devices to go on with. */
static void
test_stub_where_the_redaction_is_known(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "a"));
  fixture_take_refused(
      &fixture, NULL,
      bh_operation_new_redacted(ann->log_id, 2, "order/1", ann->device_id, ann->role, NULL),
      "rate-limited");
  redact(&fixture, ann->log_id, 2, "order/1");
  /* Not there: the redaction speaks of another order. */
  fixture_take_refused(
      &fixture, NULL,
      bh_operation_new_redacted(ann->log_id, 2, "order/2", ann->device_id, ann->role, NULL),
      "rate-limited");
  fixture_take_one(
      &fixture, NULL,
      bh_operation_new_redacted(ann->log_id, 2, "order/1", ann->device_id, ann->role, NULL));
  ann->seq = 2;
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "b"));
  g_assert_cmpint(bh_property_get_seq(fixture.property, ann->log_id), ==, 3);
  /* Of what is here it changes nothing. */
  fixture_take_one(
      &fixture, NULL,
      bh_operation_new_redacted(ann->log_id, 3, "order/1", ann->device_id, ann->role, NULL));
  assert_log(&fixture, ann->log_id, "1,2!,3");
  fixture_clear(&fixture);
}

/* In a log of the hub's own earlier life the redaction stands behind what it erased. */
static void
test_stub_before_its_redaction(gconstpointer kind)
{
  Fixture fixture;
  Author *hub;
  BhOperation *redaction;
  g_autofree char *body = NULL;

  fixture_init(&fixture, GPOINTER_TO_UINT(kind));
  hub = fixture_add_author(&fixture, FIXTURE_HUB, BH_ROLE_STAFF);
  hub->role = BH_ROLE_HUB;
  bh_sign_key_unref(hub->key);
  hub->key = bh_sign_key_ref(fixture.hub_key);
  fixture_take_one(&fixture, NULL, author_make_line(hub, "1", "a"));
  body = g_strdup_printf("{'op':'%s:2'}", hub->log_id);
  redaction = author_make_at(hub, 3, "redact", "order/1", body);
  fixture_take_one(&fixture, NULL, redaction);
  g_assert_cmpint(bh_property_get_seq(fixture.property, hub->log_id), ==, 1);
  fixture_take_refused(
      &fixture, NULL,
      bh_operation_new_redacted(hub->log_id, 2, "order/2", hub->device_id, hub->role, NULL),
      "rate-limited");
  fixture_take_one(
      &fixture, NULL,
      bh_operation_new_redacted(hub->log_id, 2, "order/1", hub->device_id, hub->role, NULL));
  assert_log(&fixture, hub->log_id, "1,2!,3");
  fixture_clear(&fixture);
}

static void
test_redaction_before_the_operation(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  redact(&fixture, ann->log_id, 1, "order/1");
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "gone"));
  fixture_settle(&fixture);
  assert_log(&fixture, ann->log_id, "1!");
  assert_record(&fixture, "order/1", "line/gone\":[null,", NULL);
  fixture_clear(&fixture);
}

/* Enough for a checkpoint. */
static void
fill(Fixture *fixture, Author *author, const char *order_id)
{
  for (guint i = 0; i < BH_PROPERTY_CHECKPOINT_OPERATIONS / 200; i++) {
    BhOperation *ops[200];
    g_autoptr(BhTakeResult) taken = NULL;

    for (guint j = 0; j < G_N_ELEMENTS(ops); j++)
      ops[j] = author_make(author, "order.set", order_id, "{'version':1,'set':{'guests':1}}");
    taken = fixture_take(fixture, author, G_N_ELEMENTS(ops), ops);
    g_assert_cmpuint(taken->refused->len, ==, 0);
  }
  for (guint i = 0; i < 100; i++)
    fixture_settle(fixture);
}

static void
test_checkpoints_by_itself(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  BhPropertyFigures figures;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  for (guint i = 0; i < 150; i++) {
    g_autofree char *order_id = g_strdup_printf("o%u", i);

    fixture_take_one(&fixture, ann, author_make_line(ann, order_id, "l"));
  }
  fill(&fixture, ann, "order/x");
  bh_property_get_figures(fixture.property, &figures);
  g_assert_cmpint(figures.checkpoint, >=, BH_PROPERTY_CHECKPOINT_OPERATIONS);
  before = fixture_get_record(&fixture, "order/o149");
  fixture_crash(&fixture);
  bh_property_get_figures(fixture.property, &figures);
  g_assert_cmpint(figures.checkpoint, >=, BH_PROPERTY_CHECKPOINT_OPERATIONS);
  g_assert_cmpuint(figures.n_records, ==, 151);
  after = fixture_get_record(&fixture, "order/o149");
  g_assert_cmpstr(after, ==, before);
  fixture_clear(&fixture);
}

static BhRecord *
load_record(Fixture *fixture, const char *name)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  BhRecord *record;

  bh_property_load_record_async(fixture->property, name, fixture_take_result, &result);
  record = bh_property_load_record_finish(fixture->property, fixture_wait(&result), &error);
  g_assert_no_error(error);
  return record;
}

static void
test_closed_orders_are_archived(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  g_autoptr(BhRecord) loaded = NULL;
  g_autoptr(BhRecord) nothing = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *id = g_strdup_printf("%u", i);
    g_autofree char *name = g_strdup_printf("order/%u", i);

    fixture_take_one(&fixture, ann, author_make(ann, "order.open", name, OPEN));
    fixture_take_one(&fixture, ann, author_make_line(ann, id, "a"));
    if (i != 3)
      fixture_take_one(&fixture, ann, author_make(ann, "order.set", name, CLOSE));
  }
  /* A line of it stands in an order that is open. */
  fixture_take_one(
      &fixture, ann,
      author_make(ann, "line.move", "order/2", "{'lineIds':['a'],'version':2,'orderId':'3'}"));
  fixture_restart(&fixture);
  assert_record(&fixture, "order/1", "line/a", NULL);
  fixture.now_ms += 2 * DAY_MS;
  g_assert_true(bh_property_is_archivable(fixture.property, "order/1"));
  g_assert_false(bh_property_is_archivable(fixture.property, "order/2"));
  g_assert_false(bh_property_is_archivable(fixture.property, "order/3"));
  fill(&fixture, ann, "order/x");
  g_assert_null(bh_property_get_record(fixture.property, "order/1"));
  g_assert_nonnull(bh_property_get_record(fixture.property, "order/2"));

  fixture_restart(&fixture);
  g_assert_null(bh_property_get_record(fixture.property, "order/1"));
  /* Late: a part by itself until the next checkpoint, then whole again. */
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "late"));
  assert_record(&fixture, "order/1", "line/late", "line/a");
  fixture_crash(&fixture);
  assert_record(&fixture, "order/1", "line/late", "line/a");
  fill(&fixture, ann, "order/x");
  assert_record(&fixture, "order/1", "line/a", NULL);
  assert_record(&fixture, "order/1", "line/late", NULL);

  fixture.now_ms += 2 * DAY_MS;
  fill(&fixture, ann, "order/x");
  g_assert_null(bh_property_get_record(fixture.property, "order/1"));
  loaded = load_record(&fixture, "order/1");
  g_assert_nonnull(bh_record_get_item(loaded, "line/a"));
  g_assert_true(bh_property_get_record(fixture.property, "order/1") == loaded);
  nothing = load_record(&fixture, "order/nothing");
  g_assert_null(nothing);
  fixture_clear(&fixture);
}

static void
test_jump_archives_nothing(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  fixture_take_one(&fixture, ann, author_make(ann, "order.open", "order/1", OPEN));
  fixture_take_one(&fixture, ann, author_make(ann, "order.set", "order/1", CLOSE));
  fixture.jump_ms = 20 * DAY_MS;
  g_assert_false(bh_property_is_archivable(fixture.property, "order/1"));
  fill(&fixture, ann, "order/x");
  g_assert_nonnull(bh_property_get_record(fixture.property, "order/1"));
  /* Ann's clock says so too. */
  ann->hlc_ms += 2 * DAY_MS;
  fill(&fixture, ann, "order/y");
  g_assert_null(bh_property_get_record(fixture.property, "order/1"));
  fixture_clear(&fixture);
}

#define CHARGE "{'paymentId':'p','method':'room','amount':500,'tip':50}"
#define SETTLE "{'settleId':'s','paymentId':'p','method':'cash','amount':550}"

static void
test_open_charges_are_kept(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_POS);
  fixture_take_one(&fixture, ann, author_make(ann, "order.open", "order/1", OPEN));
  fixture_take_one(&fixture, ann, author_make(ann, "payment.add", "order/1", CHARGE));
  fixture_take_one(&fixture, ann, author_make(ann, "order.set", "order/1", CLOSE));
  fixture.now_ms += 60 * DAY_MS;
  g_assert_false(bh_property_is_archivable(fixture.property, "order/1"));
  /* A debt is not forgotten. */
  fixture.now_ms += 3650 * DAY_MS;
  g_assert_false(bh_property_is_archivable(fixture.property, "order/1"));
  fixture_take_one(&fixture, ann, author_make(ann, "charge.settle", "order/1", SETTLE));
  fixture.now_ms += 13 * DAY_MS;
  g_assert_false(bh_property_is_archivable(fixture.property, "order/1"));
  fixture.now_ms += 2 * DAY_MS;
  g_assert_true(bh_property_is_archivable(fixture.property, "order/1"));
  fixture_clear(&fixture);
}

#define PAYMENT "{'paymentId':'p','method':'cash','amount':500}"

static void
close_day(Fixture *fixture, Author *author, const char *name, gint64 from_ms, gint64 to_ms)
{
  g_autofree char *body =
      g_strdup_printf("{'fromMs':%" G_GINT64_FORMAT ",'toMs':%" G_GINT64_FORMAT
                      ",'currency':'EUR','orders':1,'gross':500,'payments':[],'taxes':[]}",
                      from_ms, to_ms);

  fixture_take_one(fixture, author, author_make(author, "day.close", name, body));
}

/* Whoever closes the next day may have what was paid by a snapshot only. */
static void
test_paid_orders_wait_for_their_day(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  gint64 begun_ms;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_POS);
  begun_ms = fixture.now_ms - DAY_MS;
  close_day(&fixture, ann, "day/1", 0, begun_ms);
  fixture_take_one(&fixture, ann, author_make(ann, "order.open", "order/1", OPEN));
  fixture_take_one(&fixture, ann, author_make(ann, "payment.add", "order/1", PAYMENT));
  fixture_take_one(&fixture, ann, author_make(ann, "order.set", "order/1", CLOSE));
  fixture.now_ms += 3 * DAY_MS;
  g_assert_false(bh_property_is_archivable(fixture.property, "order/1"));
  /* The till that closes it may not have heard of the payment: it is on its next one then. */
  close_day(&fixture, ann, "day/2", begun_ms, fixture.now_ms);
  fixture_restart(&fixture);
  g_assert_false(bh_property_is_archivable(fixture.property, "order/1"));
  close_day(&fixture, ann, "day/3", fixture.now_ms, fixture.now_ms + DAY_MS);
  g_assert_false(bh_property_is_archivable(fixture.property, "order/1"));
  fixture.now_ms += DAY_MS;
  g_assert_true(bh_property_is_archivable(fixture.property, "order/1"));
  fixture_clear(&fixture);
}

static void
test_cutoff_reaches_the_archive(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  g_autoptr(BhRecord) loaded = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  g_ptr_array_unref(fixture_write(&fixture, "order.open", "order/1", OPEN));
  g_ptr_array_unref(fixture_write(&fixture, "order.set", "order/1", CLOSE));
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "a"));
  fixture_restart(&fixture);
  fixture.now_ms += 2 * DAY_MS;
  fill(&fixture, ann, "order/x");
  g_assert_null(bh_property_get_record(fixture.property, "order/1"));
  write_cutoff(&fixture, ann->log_id, 1, 0);
  for (guint i = 0; i < 10; i++)
    fixture_settle(&fixture);
  fixture_restart(&fixture);
  loaded = load_record(&fixture, "order/1");
  g_assert_nonnull(bh_record_get_item(loaded, "header"));
  g_assert_null(bh_record_get_item(loaded, "line/a"));
  fixture_clear(&fixture);
}

static gboolean
is_there(Fixture *fixture, const char *name)
{
  return bh_property_get_record(fixture->property, name) != NULL;
}

/* And ends with the checkpoint of a close. */
static void
let_pass(Fixture *fixture, Author *author, gint64 ms)
{
  fixture->now_ms += ms;
  fixture_take_one(fixture, author, author_make_line(author, "x", "a"));
  fixture_restart(fixture);
}

static void
test_what_is_over_is_archived(gconstpointer kind)
{
  static const char *const requests[] = {"request/1", "request/2"};
  Fixture fixture;
  Author *ann;
  g_autoptr(BhRecord) loaded = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  fixture_take_one(
      &fixture, ann,
      author_make(ann, "message.send", "message/1", "{'to':{'role':'kitchen'},'text':'Hello'}"));
  for (guint i = 0; i < G_N_ELEMENTS(requests); i++)
    fixture_take_one(&fixture, ann,
                     author_make(ann, "request.open", requests[i], "{'what':'call'}"));
  fixture_take_one(&fixture, ann,
                   author_make(ann, "request.state", "request/1", "{'state':'done'}"));
  for (guint i = 1; i <= 2; i++) {
    g_autofree char *name = g_strdup_printf("seating/%u", i);
    g_autofree char *body =
        g_strdup_printf("{'version':1,'set':{'state':'%s'}}", i == 1 ? "ended" : "open");

    g_ptr_array_unref(fixture_write(&fixture, "seating.set", name, body));
  }
  let_pass(&fixture, ann, DAY_MS);
  for (guint i = 0; i < G_N_ELEMENTS(requests); i++)
    g_assert_true(is_there(&fixture, requests[i]));
  g_assert_true(is_there(&fixture, "seating/1"));

  /* After a day and a half; one that something happened to stays. */
  fixture_take_one(&fixture, ann,
                   author_make(ann, "request.state", "request/2", "{'state':'accepted'}"));
  let_pass(&fixture, ann, DAY_MS);
  g_assert_false(is_there(&fixture, "request/1"));
  g_assert_true(is_there(&fixture, "request/2"));
  g_assert_false(is_there(&fixture, "seating/1"));
  let_pass(&fixture, ann, 11 * DAY_MS);
  g_assert_false(is_there(&fixture, "request/2"));
  g_assert_true(is_there(&fixture, "seating/2"));
  g_assert_true(is_there(&fixture, "message/1"));
  let_pass(&fixture, ann, 2 * DAY_MS);
  g_assert_false(is_there(&fixture, "message/1"));

  /* What comes late is part of a whole again. */
  fixture_take_one(&fixture, ann, author_make(ann, "message.mark", "message/1", "{'mark':'read'}"));
  loaded = load_record(&fixture, "message/1");
  g_assert_nonnull(bh_record_get_item(loaded, "header"));
  g_assert_nonnull(bh_record_get_item(loaded, "read/ann/all"));
  fixture_clear(&fixture);
}

/* --- upgrades --- */

/* Leaves behind what a program would that knew no kind of these operations. */
static void
set_aside(Fixture *fixture, const char *log_id, gint64 seq, const char *entity, const char *kinds)
{
  g_autoptr(BhOperationBackend) backend =
      fixture->kind == ON_MEMORY ? BH_OPERATION_BACKEND(g_object_ref(fixture->memory))
                                 : BH_OPERATION_BACKEND(bh_sqlite_backend_new(fixture->store));
  BhBackendCheckpoint *checkpoint = bh_backend_checkpoint_new(-1);
  g_autoptr(BhRecord) empty = bh_record_new();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(BhBackendCheckpoint) stored = NULL;

  bh_backend_checkpoint_add(checkpoint, entity, empty, fixture->now_ms, BH_BACKEND_REPLACE, FALSE);
  bh_backend_checkpoint_add_aside(checkpoint, log_id, seq, entity, "unknown-kind");
  if (kinds != NULL)
    bh_backend_checkpoint_set_value(checkpoint, "kinds", kinds);
  bh_operation_backend_checkpoint_async(backend, checkpoint, fixture_take_result, &result);
  stored = bh_operation_backend_checkpoint_finish(backend, fixture_wait(&result), NULL);
  g_assert_nonnull(stored);
}

static void
test_upgrade_takes_up_what_was_aside(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "a"));
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "b"));
  fixture_take_one(&fixture, ann, author_make(ann, "order.fold", "order/1", "{}"));
  fixture_restart(&fixture);
  assert_aside(&fixture, "3=unknown-kind");
  set_aside(&fixture, ann->log_id, 2, "order/1", "of yesterday");
  fixture_restart(&fixture);
  assert_aside(&fixture, "3=unknown-kind");
  assert_record(&fixture, "order/1", "line/a", NULL);
  assert_record(&fixture, "order/1", "line/b", NULL);

  /* Once for each table; a power cut in between does no harm. */
  set_aside(&fixture, ann->log_id, 2, "order/1", "of yesterday");
  fixture_crash(&fixture);
  assert_record(&fixture, "order/1", "line/b", NULL);
  fixture_crash(&fixture);
  assert_record(&fixture, "order/1", "line/b", NULL);
  fixture_restart(&fixture);
  set_aside(&fixture, ann->log_id, 2, "order/1", NULL);
  fixture_restart(&fixture);
  assert_aside(&fixture, "2=unknown-kind,3=unknown-kind");
  fixture_clear(&fixture);
}

static void
test_upgrade_takes_up_a_cutoff(gconstpointer kind)
{
  Fixture fixture;
  Author *ann;
  g_autofree char *log_id = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "a"));
  write_cutoff(&fixture, ann->log_id, 1, 1);
  log_id = g_strdup(bh_property_get_own_log(fixture.property, FALSE));
  fixture_restart(&fixture);
  set_aside(&fixture, log_id, 1, "device/ann", "of yesterday");
  fixture_restart(&fixture);
  fixture_take_one(&fixture, ann, author_make_line(ann, "1", "b"));
  assert_aside(&fixture, "2=revoked");
  assert_record(&fixture, "order/1", "line/a", "line/b");
  fixture_clear(&fixture);
}

static json_t *
make_receipt(gint64 number, gpointer data)
{
  *(gint64 *)data = number;
  return json_pack("{s:s, s:I, s:i, s:s, s:[]}", "receiptId", "r", "number", (json_int_t)number,
                   "total", 100, "currency", "EUR", "taxes");
}

static gint64
write_receipt(Fixture *fixture, gboolean fails)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GPtrArray) ops = NULL;
  gint64 number = 0;

  bh_property_write_receipt_async(fixture->property, "order/1", make_receipt, &number,
                                  fixture_take_result, &result);
  ops = bh_property_write_finish(fixture->property, fixture_wait(&result), NULL);
  g_assert_true((ops == NULL) == fails);
  return number;
}

static void
test_receipt_numbers_have_no_gap(gconstpointer kind)
{
  Fixture fixture;
  Author *old;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  g_assert_cmpint(write_receipt(&fixture, FALSE), ==, 1);
  g_assert_cmpint(write_receipt(&fixture, FALSE), ==, 2);
  fixture_fill_disk(&fixture);
  g_assert_cmpint(write_receipt(&fixture, TRUE), ==, 3);
  g_assert_cmpint(write_receipt(&fixture, TRUE), ==, 3);
  fixture_make_room(&fixture);
  g_assert_cmpint(write_receipt(&fixture, FALSE), ==, 3);
  fixture_crash(&fixture);
  g_assert_cmpint(write_receipt(&fixture, FALSE), ==, 4);

  /* The hub before an old backup was put back had come further. */
  old = fixture_add_author(&fixture, FIXTURE_HUB, BH_ROLE_STAFF);
  bh_sign_key_unref(old->key);
  old->key = bh_sign_key_ref(fixture.hub_key);
  old->role = BH_ROLE_HUB;
  fixture_take_one(&fixture, NULL,
                   author_make(old, "receipt.issue", "order/2",
                               "{'receiptId':'s','number':17,'total':1,'currency':'EUR',"
                               "'taxes':[]}"));
  fixture_crash(&fixture);
  g_assert_cmpint(write_receipt(&fixture, FALSE), ==, 18);
  fixture_restart(&fixture);
  g_assert_cmpint(write_receipt(&fixture, FALSE), ==, 19);
  fixture_clear(&fixture);
}

static void
test_versions_count_what_is_on_its_way(gconstpointer kind)
{
  Fixture fixture;
  g_autoptr(json_t) body = json_pack("{s:i, s:{s:s}}", "version", 7, "set", "name", "Tea");
  BhPropertyDraft draft = {"item.set", "item/1", body, FALSE};
  g_autoptr(GAsyncResult) result = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  g_assert_cmpint(bh_property_next_version(fixture.property, "item/1"), ==, 1);
  bh_property_write_async(fixture.property, &draft, 1, fixture_take_result, &result);
  g_assert_cmpint(bh_property_next_version(fixture.property, "item/1"), ==, 8);
  fixture_wait(&result);
  g_assert_cmpint(bh_property_next_version(fixture.property, "item/1"), ==, 8);
  fixture_restart(&fixture);
  g_assert_cmpint(bh_property_next_version(fixture.property, "item/1"), ==, 8);
  fixture_clear(&fixture);
}

static void
test_moved_lines_are_found(gconstpointer kind)
{
  Fixture fixture;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  g_ptr_array_unref(fixture_write(&fixture, "order.open", "order/1", OPEN));
  g_ptr_array_unref(fixture_write(&fixture, "order.open", "order/2", OPEN));
  g_ptr_array_unref(
      fixture_write(&fixture, "order.lines", "order/1",
                    "{'lines':[{'lineId':'a','name':'Tea','quantity':1,'price':300}]}"));
  g_ptr_array_unref(fixture_write(&fixture, "line.move", "order/1",
                                  "{'lineIds':['a'],'version':1,'orderId':'2'}"));
  for (guint i = 0; i < 3; i++) {
    g_autoptr(json_t) one = bh_property_read_order(fixture.property, "1");
    g_autoptr(json_t) two = bh_property_read_order(fixture.property, "2");

    g_assert_cmpuint(json_array_size(json_object_get(one, "lines")), ==, 0);
    g_assert_cmpuint(json_array_size(json_object_get(two, "lines")), ==, 1);
    if (i == 0)
      fixture_crash(&fixture);
    else
      fixture_restart(&fixture);
  }
  g_assert_null(bh_property_read_order(fixture.property, "3"));
  fixture_clear(&fixture);
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  FIXTURE_ADD("cutoff-is-lowered-and-raised", test_cutoff_is_lowered_and_raised);
  FIXTURE_ADD("cutoff-before-the-operations", test_cutoff_before_the_operations);
  FIXTURE_ADD("aside-by-content", test_aside_by_content);
  FIXTURE_ADD("redaction-takes-words", test_redaction_takes_words);
  FIXTURE_ADD("redaction-before-the-operation", test_redaction_before_the_operation);
  FIXTURE_ADD("stub-before-its-redaction", test_stub_before_its_redaction);
  FIXTURE_ADD("stub-where-the-redaction-is-known", test_stub_where_the_redaction_is_known);
  FIXTURE_ADD("checkpoints-by-itself", test_checkpoints_by_itself);
  FIXTURE_ADD("closed-orders-are-archived", test_closed_orders_are_archived);
  FIXTURE_ADD("jump-archives-nothing", test_jump_archives_nothing);
  FIXTURE_ADD("open-charges-are-kept", test_open_charges_are_kept);
  FIXTURE_ADD("paid-orders-wait-for-their-day", test_paid_orders_wait_for_their_day);
  FIXTURE_ADD("cutoff-reaches-the-archive", test_cutoff_reaches_the_archive);
  FIXTURE_ADD("what-is-over-is-archived", test_what_is_over_is_archived);
  FIXTURE_ADD("upgrade-takes-up-what-was-aside", test_upgrade_takes_up_what_was_aside);
  FIXTURE_ADD("upgrade-takes-up-a-cutoff", test_upgrade_takes_up_a_cutoff);
  FIXTURE_ADD("receipt-numbers-have-no-gap", test_receipt_numbers_have_no_gap);
  FIXTURE_ADD("versions-count-what-is-on-its-way", test_versions_count_what_is_on_its_way);
  FIXTURE_ADD("moved-lines-are-found", test_moved_lines_are_found);
  return g_test_run();
}
