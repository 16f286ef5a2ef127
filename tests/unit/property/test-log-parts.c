/* SPDX-License-Identifier: Apache-2.0 */
/* The small parts that a property is made of. */
#include "aside-list.h"
#include "cutoff-table.h"
#include "gap-buffer.h"
#include "level.h"
#include "log-table.h"
#include "membership.h"
#include "property-fixture.h"

static BhOperation *
make(Author *author, gint64 seq)
{
  return author_make_at(author, seq, "no.such", "order/1", "{}");
}

static void
assert_taken(BhGapBuffer *buffer, const char *log_id, gint64 up_to, const char *expected)
{
  g_autoptr(GPtrArray) ops = bh_gap_buffer_take(buffer, log_id, up_to);
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    g_string_append_printf(text, " %d", (int)((BhOperation *)ops->pdata[i])->seq);
  g_assert_cmpstr(text->str, ==, expected);
}

static void
test_gap_buffer(gconstpointer data)
{
  Fixture fixture;
  BhGapBuffer *buffer = bh_gap_buffer_new(3, 2, 1000);
  static const gint64 seqs[] = {9, 5, 7, 7, 6, 8};
  Author *authors[3];

  fixture_init(&fixture, ON_MEMORY);
  for (guint i = 0; i < 3; i++)
    authors[i] = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  for (guint i = 0; i < G_N_ELEMENTS(seqs); i++) {
    g_autoptr(BhOperation) op = make(authors[0], seqs[i]);

    /* Three have room: the furthest ones go; two of one seq are both kept, as forks are. */
    g_assert_true(bh_gap_buffer_add(buffer, op) == (seqs[i] != 8));
    if (i == 1)
      g_assert_true(bh_gap_buffer_add(buffer, op));
  }
  g_assert_cmpuint(bh_gap_buffer_get_count(buffer), ==, 3);
  assert_taken(buffer, authors[0]->log_id, 4, "");
  assert_taken(buffer, authors[0]->log_id, 6, " 5 6");
  for (guint i = 1; i < 3; i++) {
    g_autoptr(BhOperation) op = make(authors[i], 2);

    /* The third log finds no room. */
    g_assert_true(bh_gap_buffer_add(buffer, op) == (i == 1));
  }
  assert_taken(buffer, authors[0]->log_id, 100, " 7");
  assert_taken(buffer, authors[1]->log_id, 100, " 2");
  g_assert_cmpuint(bh_gap_buffer_get_count(buffer), ==, 0);
  bh_gap_buffer_free(buffer);

  buffer = bh_gap_buffer_new(100, 100, 500);
  for (gint64 seq = 2; seq < 6; seq++) {
    g_autoptr(BhOperation) op = make(authors[0], seq);

    g_assert_true(bh_gap_buffer_add(buffer, op) == (op->length * (gsize)(seq - 1) <= 500));
  }
  bh_gap_buffer_free(buffer);
  fixture_clear(&fixture);
}

static BhRecord *
make_cutoffs(const char *path, const char *log_id, int seq)
{
  static const BhStamp stamp = {.ms = 1, .seq = 1, .log_id = "aaaaaaaaaaaaaaaaaaaaaa"};
  BhRecord *record = bh_record_new();
  g_autoptr(json_t) value = json_pack("{s:[{s:s, s:i}]}", "cutoffs", "logId", log_id, "seq", seq);

  bh_record_add_register(record, path, value, 1, &stamp);
  return record;
}

static void
test_cutoffs(void)
{
  BhCutoffTable *table = bh_cutoff_table_new();
  g_autoptr(BhRecord) all = make_cutoffs("cutoff/all", "log", 5);
  g_autoptr(BhRecord) staff = make_cutoffs("cutoff/staff", "log", 3);
  BhCutoffs *before;
  gint64 above, up_to;

  g_assert_false(bh_cutoff_table_revokes(table, "ann", BH_ROLE_STAFF, "log", 6));
  before = bh_cutoff_table_set(table, "ann", all);
  g_assert_null(before);
  g_assert_true(bh_cutoff_table_get_change(table, "ann", before, "log", &above, &up_to));
  g_assert_true(above == 5 && up_to == G_MAXINT64);
  g_assert_true(bh_cutoff_table_get_change(table, "ann", before, "other", &above, &up_to));
  g_assert_true(above == 0 && up_to == G_MAXINT64);
  g_assert_false(bh_cutoff_table_get_change(table, "bob", before, "log", &above, &up_to));
  g_assert_false(bh_cutoff_table_revokes(table, "ann", BH_ROLE_STAFF, "log", 5));
  g_assert_true(bh_cutoff_table_revokes(table, "ann", BH_ROLE_STAFF, "log", 6));
  g_assert_true(bh_cutoff_table_revokes(table, "ann", BH_ROLE_POS, "other", 1));
  g_assert_false(bh_cutoff_table_revokes(table, "ann", BH_ROLE_HUB, "other", 1));
  g_assert_false(bh_cutoff_table_revokes(table, "bob", BH_ROLE_STAFF, "log", 6));

  bh_record_merge(all, staff);
  before = bh_cutoff_table_set(table, "ann", all);
  g_assert_nonnull(before);
  g_assert_true(bh_cutoff_table_get_change(table, "ann", before, "log", &above, &up_to));
  g_assert_true(above == 3 && up_to == 5);
  g_assert_false(bh_cutoff_table_get_change(table, "ann", before, "other", &above, &up_to));
  g_assert_true(bh_cutoff_table_revokes(table, "ann", BH_ROLE_STAFF, "log", 4));
  g_assert_false(bh_cutoff_table_revokes(table, "ann", BH_ROLE_POS, "log", 4));
  bh_cutoffs_free(before);
  bh_cutoffs_free(bh_cutoff_table_set(table, "ann", NULL));
  g_assert_false(bh_cutoff_table_revokes(table, "ann", BH_ROLE_STAFF, "log", 100));
  bh_cutoff_table_free(table);
}

static void
test_aside_list(void)
{
  BhAsideList *list = bh_aside_list_new(2);
  g_autoptr(json_t) json = NULL;
  const json_t *aside;

  g_assert_false(bh_aside_list_set(list, "log", 1, "order/1", NULL));
  g_assert_true(bh_aside_list_set(list, "log", 1, "order/1", "bad-body"));
  g_assert_false(bh_aside_list_set(list, "log", 1, "order/1", "bad-body"));
  g_assert_true(bh_aside_list_set(list, "log", 1, "order/1", "revoked"));
  g_assert_true(bh_aside_list_set(list, "log", 2, "order/1", "revoked"));
  g_assert_true(bh_aside_list_set(list, "log", 3, "order/1", "revoked"));
  g_assert_true(bh_aside_list_set(list, "log", 2, "order/1", NULL));
  json = bh_aside_list_to_json(list);
  g_assert_cmpuint(json_array_size(json), ==, 1);
  aside = json_array_get(json, 0);
  g_assert_cmpint(json_integer_value(json_object_get(aside, "seq")), ==, 3);
  g_assert_cmpstr(json_string_value(json_object_get(aside, "reason")), ==, "revoked");
  bh_aside_list_free(list);
}

static void
test_levels(void)
{
  g_assert_cmpint(bh_level_from_name("hub"), ==, BH_LEVEL_HUB);
  g_assert_cmpint(bh_level_from_name("nonsense"), ==, BH_LEVEL_NONE);
  g_assert_cmpint(bh_level_from_name(NULL), ==, BH_LEVEL_NONE);
  g_assert_cmpstr(bh_level_get_name(BH_LEVEL_CLOUD), ==, "cloud");
  g_assert_true(bh_level_is_safe(BH_LEVEL_CLOUD) && !bh_level_is_safe(BH_LEVEL_DEVICE));
}

static void
test_member_roll(gconstpointer data)
{
  Fixture fixture;
  Author *ann, *stranger;
  BhSignKey *other_hub = bh_sign_key_new();
  BhMemberRoll *roll;
  g_autoptr(BhOperation) op = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) fat = NULL;
  g_autoptr(GPtrArray) list = NULL;
  guint8 keys[BH_MEMBER_ROLL_MAX_KEYS][BH_OPERATION_KEY_BYTES];
  const BhRollMember *member;
  gboolean is_new;

  fixture_init(&fixture, ON_MEMORY);
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  op = make(ann, 1);
  roll = bh_member_roll_new(FIXTURE_TENANT, bh_sign_key_get_public(fixture.hub_key),
                            &bh_operation_signing_ed25519);
  g_assert_cmpuint(bh_member_roll_get_keys(roll, op, keys), ==, 0);

  /* It was over long ago: its times do not count. What else is in it is not kept. */
  fat = json_copy(ann->document);
  json_object_set_new(fat, "more", json_true());
  member = bh_member_roll_add(roll, fat, &is_new, NULL);
  g_assert_true(member != NULL && is_new);
  g_assert_cmpuint(json_object_size(member->document), ==, 2);
  g_assert_true(bh_member_roll_add(roll, ann->document, &is_new, NULL) == member && !is_new);
  g_assert_cmpuint(bh_member_roll_get_keys(roll, op, keys), ==, 1);
  g_assert_true(bh_operation_verify(op, &bh_operation_signing_ed25519, keys[0]));
  g_assert_null(bh_member_roll_find(roll, "ann", BH_ROLE_KITCHEN));
  g_assert_true(bh_member_roll_find(roll, "ann", BH_ROLE_NONE) == member);
  list = bh_member_roll_list(roll, "ann");
  g_assert_cmpuint(list->len, ==, 1);

  bh_sign_key_unref(fixture.hub_key);
  fixture.hub_key = other_hub;
  stranger = fixture_add_author(&fixture, "bob", BH_ROLE_STAFF);
  g_assert_null(bh_member_roll_add(roll, stranger->document, NULL, &error));
  g_assert_error(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_FORGED);
  g_clear_error(&error);
  g_assert_null(bh_member_roll_add(roll, NULL, NULL, &error));
  g_assert_error(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_BAD);
  g_clear_error(&error);
  bh_member_roll_free(roll);
  roll = bh_member_roll_new("elsewhere", bh_sign_key_get_public(other_hub),
                            &bh_operation_signing_ed25519);
  g_assert_null(bh_member_roll_add(roll, stranger->document, NULL, &error));
  g_assert_error(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_BAD);
  bh_member_roll_free(roll);
  fixture_clear(&fixture);
}

/* A backend that the property does not use: its own contract. */
static void
test_backend_refuses_holes(gconstpointer kind)
{
  Fixture fixture;
  Author *ann, *bob;
  static const gint64 seqs[][3] = {{1, 2, 0}, {4, 0, 0}, {3, 5, 0}, {2, 3, 4}};
  static const gboolean is_good[] = {TRUE, FALSE, FALSE, TRUE};
  GAsyncResult *results[G_N_ELEMENTS(seqs)] = {NULL};
  g_autoptr(BhOperationBackend) backend = NULL;

  fixture_init(&fixture, (FixtureKind)GPOINTER_TO_UINT(kind));
  ann = fixture_add_author(&fixture, "ann", BH_ROLE_STAFF);
  bob = fixture_add_author(&fixture, "bob", BH_ROLE_STAFF);
  backend = fixture.kind == ON_MEMORY ? BH_OPERATION_BACKEND(bh_memory_backend_new(TRUE))
                                      : BH_OPERATION_BACKEND(bh_sqlite_backend_new(fixture.store));
  for (guint i = 0; i < G_N_ELEMENTS(seqs); i++) {
    g_autoptr(BhBackendAppend) append = bh_backend_append_new();

    for (guint j = 0; j < 3 && seqs[i][j] != 0; j++) {
      g_autoptr(BhOperation) op = make(ann, seqs[i][j]);

      bh_backend_append_add(append, op, NULL);
      /* Logs between each other, in one append. */
      if (i == 3) {
        g_autoptr(BhOperation) other = make(bob, j + 1);

        bh_backend_append_add(append, other, NULL);
      }
    }
    bh_operation_backend_append_async(backend, append, fixture_take_result, &results[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS(seqs); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(BhBackendAppended) appended =
        bh_operation_backend_append_finish(backend, fixture_wait(&results[i]), &error);

    g_assert_true((appended != NULL) == is_good[i]);
    if (!is_good[i])
      g_assert_error(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_GAP);
    else
      g_assert_cmpint(appended->position, ==, i == 0 ? 2 : 8);
    if (i == 3)
      g_assert_cmpuint(appended->outcomes[0], ==, BH_BACKEND_VARIANT);
    g_object_unref(results[i]);
  }
  bh_operation_backend_close(backend);
  fixture_clear(&fixture);
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/property/gap-buffer", NULL, test_gap_buffer);
  g_test_add_func("/property/cutoffs", test_cutoffs);
  g_test_add_func("/property/aside-list", test_aside_list);
  g_test_add_func("/property/levels", test_levels);
  g_test_add_data_func("/property/member-roll", NULL, test_member_roll);
  FIXTURE_ADD("backend-refuses-holes", test_backend_refuses_holes);
  return g_test_run();
}
