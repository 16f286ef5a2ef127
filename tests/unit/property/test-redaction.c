/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hub erases words of a device's log; another replica gets what is left in different ways. Both
 * must have the same records and the same stubs, to the byte.
 */
#include <string.h>

#include "property-fixture.h"

#define OPEN    "{'number':'A-1','currency':'EUR','source':'staff'}"
#define WORDS   5 /* an item */
#define NOTE    3 /* registers */
#define UNKNOWN 6 /* set aside */

/* --- a hub that erases --- */

typedef enum { NO_CUTOFF, CUT, CUT_AND_RAISED, N_CUTOFFS } Cutoff;

/* What the log of the device was, and what the hub has now. */
typedef struct {
  Fixture hub;
  Author *ann;
  GPtrArray *texts; /* of BhOperation: the device's log, as it wrote it */
  GPtrArray *left;  /* the same log at the hub */
  GPtrArray *own;   /* the hub's log */
} Story;

static void
free_operation(gpointer op)
{
  bh_operation_unref(op);
}

static GPtrArray *
read_log(Fixture *fixture, const char *log_id)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *ops;

  bh_property_read_async(fixture->property, log_id, 1, 1000, 1000000, fixture_take_result, &result);
  ops = bh_property_read_finish(fixture->property, fixture_wait(&result), &error);
  g_assert_no_error(error);
  return ops;
}

static void
write_cutoff(Story *story, int version, int seq)
{
  g_autofree char *body =
      g_strdup_printf("{'version':%d,'role':null,'cutoffs':[{'logId':'%s','seq':%d}]}", version,
                      story->ann->log_id, seq);

  g_ptr_array_unref(fixture_write(&story->hub, "device.cutoff", "device/ann", body));
  fixture_settle(&story->hub);
}

static void
redact(Story *story, int seq)
{
  g_autofree char *body = g_strdup_printf("{'op':'%s:%d'}", story->ann->log_id, seq);

  g_ptr_array_unref(fixture_write(&story->hub, "redact", "order/1", body));
}

static void
say(Story *story, BhOperation *op)
{
  g_ptr_array_add(story->texts, op);
  fixture_take_one(&story->hub, story->ann, bh_operation_ref(op));
}

static void
story_init(Story *story, FixtureKind kind, Cutoff cutoff, gboolean is_forked)
{
  Author *ann;

  fixture_init(&story->hub, kind);
  story->texts = g_ptr_array_new_with_free_func(free_operation);
  story->ann = ann = fixture_add_author(&story->hub, "ann", BH_ROLE_STAFF);
  say(story, author_make(ann, "order.open", "order/1", OPEN));
  say(story, author_make(ann, "order.set", "order/1", "{'version':1,'set':{'note':'old'}}"));
  say(story,
      author_make(ann, "order.set", "order/1", "{'version':2,'set':{'note':'secret','guests':4}}"));
  say(story, author_make_line(ann, "1", "keep"));
  say(story, author_make_line(ann, "1", "gone"));
  if (is_forked) {
    say(story, author_make_at(ann, WORDS, "line.end", "order/1",
                              "{'lineIds':['keep'],'state':'cancelled','reason':'secret'}"));
    say(story, author_make_at(ann, WORDS, "order.set", "order/2",
                              "{'version':1,'set':{'note':'of another order'}}"));
  }
  say(story, author_make(ann, "made.up", "order/1", "{'text':'secret'}"));
  if (cutoff != NO_CUTOFF)
    write_cutoff(story, 1, WORDS - 1);
  redact(story, NOTE);
  redact(story, WORDS);
  redact(story, UNKNOWN);
  if (cutoff == CUT_AND_RAISED)
    write_cutoff(story, 2, WORDS);
  fixture_settle(&story->hub);
  story->left = read_log(&story->hub, ann->log_id);
  story->own = read_log(&story->hub, bh_property_get_own_log(story->hub.property, FALSE));
}

static void
story_clear(Story *story)
{
  g_ptr_array_unref(story->texts);
  g_ptr_array_unref(story->left);
  g_ptr_array_unref(story->own);
  fixture_clear(&story->hub);
}

/* --- another replica --- */

/* As from the hub, over the wire. */
static void
give(Fixture *fixture, GPtrArray *ops)
{
  g_autoptr(GPtrArray) came = g_ptr_array_new_with_free_func(free_operation);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhTakeResult) taken = NULL;

  for (guint i = 0; i < ops->len; i++) {
    g_autoptr(json_t) wire = bh_operation_to_wire(ops->pdata[i]);
    BhOperation *op = bh_operation_from_wire(wire, FIXTURE_TENANT, &error);

    g_assert_no_error(error);
    g_ptr_array_add(came, op);
  }
  bh_property_take_async(fixture->property, came, NULL, TRUE, NULL, fixture_take_result, &result);
  taken = bh_property_take_finish(fixture->property, fixture_wait(&result), &error);
  g_assert_no_error(error);
  g_assert_cmpuint(taken->refused->len, ==, 0);
  fixture_settle(fixture);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char *
print_log(GPtrArray *ops)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
  GString *all = g_string_new(NULL);

  for (guint i = 0; i < ops->len; i++) {
    g_autoptr(json_t) wire = bh_operation_to_wire(ops->pdata[i]);

    g_ptr_array_add(texts, bh_json_to_text(wire));
  }
  /* Variants of one identity stand in the order in which they came. */
  g_ptr_array_sort(texts, compare_texts);
  for (guint i = 0; i < texts->len; i++)
    g_string_append_printf(all, "%s\n", (char *)texts->pdata[i]);
  g_ptr_array_unref(texts);
  return g_string_free(all, FALSE);
}

/* A record of which all was cut off reads as one that never was. */
static char *
get_record(Fixture *fixture, const char *name)
{
  const BhRecord *record = bh_property_get_record(fixture->property, name);

  return record == NULL || bh_record_is_empty(record) ? g_strdup("")
                                                      : fixture_get_record(fixture, name);
}

static void
assert_same_record(Story *story, Fixture *fixture, const char *name)
{
  g_autofree char *expected = get_record(&story->hub, name);
  g_autofree char *record = get_record(fixture, name);

  g_assert_cmpstr(record, ==, expected);
  g_assert_null(strstr(record, "secret"));
}

static void
assert_same(Story *story, Fixture *fixture)
{
  g_autoptr(GPtrArray) log = read_log(fixture, story->ann->log_id);
  g_autofree char *expected = print_log(story->left);
  g_autofree char *text = print_log(log);

  g_assert_cmpstr(text, ==, expected);
  g_assert_null(strstr(text, "secret"));
  assert_same_record(story, fixture, "order/1");
  assert_same_record(story, fixture, "order/2");
  g_assert_cmpuint(bh_property_get_fork_count(fixture->property, story->ann->log_id, WORDS), ==,
                   bh_property_get_fork_count(story->hub.property, story->ann->log_id, WORDS));
}

/* What comes, in this order: the texts, the stubs, the hub's own log. */
static const char *const ways[] = {"sh", "hs", "th", "ht", "tsh", "tsht", "sht", "hst", "hts"};

static void
follow(Story *story, const char *way)
{
  Fixture fixture;

  fixture_init(&fixture, story->hub.kind);
  for (const char *part = way; *part != '\0'; part++)
    give(&fixture, *part == 't' ? story->texts : *part == 's' ? story->left : story->own);
  g_test_message("%s", way);
  assert_same(story, &fixture);
  fixture_crash(&fixture);
  assert_same(story, &fixture);
  fixture_restart(&fixture);
  assert_same(story, &fixture);
  fixture_clear(&fixture);
}

static void
test_ways(FixtureKind kind, gboolean is_forked)
{
  for (guint cutoff = 0; cutoff < N_CUTOFFS; cutoff++) {
    Story story;

    story_init(&story, kind, (Cutoff)cutoff, is_forked);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++)
      follow(&story, ways[i]);
    story_clear(&story);
  }
}

static void
test_ways_of_one(gconstpointer kind)
{
  test_ways((FixtureKind)GPOINTER_TO_UINT(kind), FALSE);
}

static void
test_ways_of_forks(gconstpointer kind)
{
  test_ways((FixtureKind)GPOINTER_TO_UINT(kind), TRUE);
}

/* By hand, so that not both are wrong alike. */
static void
test_what_is_left(gconstpointer kind)
{
  Story story;
  const BhOperation *note, *unknown;
  const BhRecord *record;

  story_init(&story, (FixtureKind)GPOINTER_TO_UINT(kind), NO_CUTOFF, FALSE);
  note = story.left->pdata[NOTE - 1];
  unknown = story.left->pdata[UNKNOWN - 1];
  record = bh_property_get_record(story.hub.property, "order/1");
  g_assert_true(note->is_redacted && unknown->is_redacted);
  g_assert_cmpstr(note->device_id, ==, "ann");
  g_assert_cmpint(note->role, ==, BH_ROLE_STAFF);
  g_assert_cmpuint(bh_record_get_size(note->record), ==, 2);
  g_assert_true(json_is_null(bh_record_get_register(note->record, "guests")));
  g_assert_true(bh_record_is_empty(unknown->record));
  /* Not the older one, which said `old`. */
  g_assert_true(json_is_null(bh_record_get_register(record, "note")));
  g_assert_true(json_is_null(bh_record_get_item(record, "line/gone")));
  story_clear(&story);
}

/* Where a stub tells of an erasure, what was erased is erased too. */
static void
test_erased_redaction(gconstpointer kind)
{
  Story story;
  Fixture fixture;
  g_autoptr(GPtrArray) left = NULL;
  g_autofree char *body = NULL;

  story_init(&story, (FixtureKind)GPOINTER_TO_UINT(kind), NO_CUTOFF, FALSE);
  for (guint i = 0; i < story.own->len; i++) {
    g_autofree char *name = bh_operation_dup_name(story.own->pdata[i]);

    g_clear_pointer(&body, g_free);
    body = g_strdup_printf("{'op':'%s'}", name);
    g_ptr_array_unref(fixture_write(&story.hub, "redact", "order/1", body));
  }
  fixture_settle(&story.hub);
  left = read_log(&story.hub, bh_property_get_own_log(story.hub.property, FALSE));
  g_assert_true(((BhOperation *)left->pdata[0])->is_redacted);

  fixture_init(&fixture, story.hub.kind);
  give(&fixture, story.texts);
  give(&fixture, left);
  assert_same(&story, &fixture);
  fixture_clear(&fixture);
  story_clear(&story);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  FIXTURE_ADD("redaction/what-is-left", test_what_is_left);
  FIXTURE_ADD("redaction/ways", test_ways_of_one);
  FIXTURE_ADD("redaction/ways-of-forks", test_ways_of_forks);
  FIXTURE_ADD("redaction/erased-redaction", test_erased_redaction);
  return g_test_run();
}
