/* SPDX-License-Identifier: Apache-2.0 */
#include "store-fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define INSERT(word) "INSERT INTO word(text) VALUES('" word "')"

/* Deferred: violates its foreign key at COMMIT and not before. */
#define INSERT_ORPHAN(word) "INSERT INTO word(text,after) VALUES('" word "','nobody')"

/* More than the pages that are allowed. */
#define FILL "INSERT INTO word(text) VALUES('fill' || hex(randomblob(2000000)))"

static void
assert_words(Fixture *fixture, const char *expected)
{
  g_autofree char *words = fixture_dump(fixture);

  g_assert_cmpstr(words, ==, expected);
}

static void
test_completes_in_order_and_never_at_once(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  fixture_write(&fixture, "1", INSERT("a"));
  fixture_read(&fixture, "2", "SELECT 1");
  fixture_write(&fixture, "3", INSERT("b"));
  fixture_write(&fixture, "4", INSERT("b"));
  fixture_write(&fixture, "5", INSERT("c"));
  g_assert_cmpuint(fixture.completed, ==, 0);
  fixture_wait(&fixture, 5);
  g_assert_cmpstr(fixture.order->str, ==, "1,2,3,4,5");
  fixture_assert_ok(&fixture, "3");
  fixture_assert_failed(&fixture, "4", BH_STORE_ERROR_FAILED);
  fixture_assert_ok(&fixture, "5");
  assert_words(&fixture, "a,b,c");
  fixture_clear(&fixture);
}

typedef struct {
  Fixture *fixture;
  guint left;
} Chain;

static void chain_cb(GObject *source, GAsyncResult *result, gpointer data);

static gboolean
run_nothing(sqlite3 *db, gpointer data, GError **error)
{
  return TRUE;
}

static void
chain_next(Chain *chain)
{
  bh_store_write_async(chain->fixture->store, run_nothing, NULL, NULL, NULL, chain_cb, chain);
}

static void
chain_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Chain *chain = data;

  g_assert_true(bh_store_write_finish(BH_STORE(source), result, NULL));
  chain->fixture->completed++;
  if (chain->left-- > 0) {
    g_autofree char *name = g_strdup_printf("%u", chain->left);
    guint before = chain->fixture->completed;

    /* Called from a completion: these too keep their order, and never come back inside the call. */
    chain_next(chain);
    fixture_write(chain->fixture, name, "SELECT 1");
    g_assert_cmpuint(chain->fixture->completed, ==, before);
  }
}

static void
test_order_holds_from_inside_completions(void)
{
  Fixture fixture;
  Chain chain = {&fixture, 50};

  fixture_init(&fixture);
  chain_next(&chain);
  fixture_wait(&fixture, 101);
  g_assert_true(g_str_has_prefix(fixture.order->str, "49,48,47,46,"));
  g_assert_true(g_str_has_suffix(fixture.order->str, ",3,2,1,0"));
  fixture_clear(&fixture);
}

static void
test_failing_work_is_undone_alone(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  fixture_hold(&fixture);
  fixture_write(&fixture, "good", INSERT("a"));
  fixture_write(&fixture, "half", INSERT("b") ";" INSERT("a"));
  fixture_write(&fixture, "last", INSERT("c"));
  fixture_release(&fixture);
  fixture_wait(&fixture, 4);
  fixture_assert_ok(&fixture, "good");
  fixture_assert_failed(&fixture, "half", BH_STORE_ERROR_FAILED);
  fixture_assert_ok(&fixture, "last");
  assert_words(&fixture, "a,c");
  fixture_clear(&fixture);
}

static void
test_failing_commit_fails_the_guilty_only(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  fixture_hold(&fixture);
  fixture_write(&fixture, "good", INSERT("a"));
  fixture_write(&fixture, "orphan", INSERT_ORPHAN("b"));
  /* In the group this meets the orphan's row; alone it does not. */
  fixture_write(&fixture, "same", INSERT("b"));
  fixture_write(&fixture, "last", INSERT("c"));
  fixture_release(&fixture);
  fixture_wait(&fixture, 5);
  fixture_assert_ok(&fixture, "good");
  fixture_assert_failed(&fixture, "orphan", BH_STORE_ERROR_FAILED);
  fixture_assert_ok(&fixture, "same");
  fixture_assert_ok(&fixture, "last");
  g_assert_cmpstr(fixture.order->str, ==, "hold,good,orphan,same,last");
  assert_words(&fixture, "a,b,c");
  fixture_clear(&fixture);
}

static void
test_full_disk_fails_what_does_not_fit(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  fixture_write(&fixture, "limit", "PRAGMA max_page_count=64");
  fixture_hold(&fixture);
  fixture_write(&fixture, "before", INSERT("a"));
  /* SQLite itself rolls the whole transaction back here. */
  fixture_write(&fixture, "big", FILL);
  fixture_write(&fixture, "after", INSERT("b"));
  fixture_release(&fixture);
  fixture_wait(&fixture, 5);
  fixture_assert_ok(&fixture, "before");
  fixture_assert_failed(&fixture, "big", BH_STORE_ERROR_FULL);
  fixture_assert_ok(&fixture, "after");
  assert_words(&fixture, "a,b");

  fixture_write(&fixture, "alone", FILL);
  fixture_wait(&fixture, 6);
  fixture_assert_failed(&fixture, "alone", BH_STORE_ERROR_FULL);

  /* Room again: it works again, without a new start. */
  fixture_write(&fixture, "room", "PRAGMA max_page_count=100000");
  fixture_write(&fixture, "again", FILL);
  fixture_wait(&fixture, 8);
  fixture_assert_ok(&fixture, "again");
  fixture_clear(&fixture);
}

static void
test_work_cannot_end_the_transaction(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  fixture_hold(&fixture);
  fixture_write(&fixture, "commits", INSERT("a") ";COMMIT");
  fixture_write(&fixture, "rolls-back", INSERT("b") ";ROLLBACK");
  fixture_write(&fixture, "good", INSERT("c"));
  fixture_release(&fixture);
  fixture_wait(&fixture, 4);
  fixture_assert_failed(&fixture, "commits", BH_STORE_ERROR_FAILED);
  fixture_assert_failed(&fixture, "rolls-back", BH_STORE_ERROR_FAILED);
  fixture_assert_ok(&fixture, "good");
  assert_words(&fixture, "c");
  fixture_clear(&fixture);
}

static gboolean
run_count(sqlite3 *db, gpointer data, GError **error)
{
  sqlite3_stmt *statement = NULL;

  sqlite3_prepare_v2(db, "SELECT count(*) FROM word", -1, &statement, NULL);
  g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
  *(int *)data = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  return TRUE;
}

static gboolean
run_sloppy(sqlite3 *db, gpointer data, GError **error)
{
  sqlite3_stmt **statement = data;

  /* Left in the middle: two rows, one taken. */
  sqlite3_prepare_v2(db, "SELECT 1 UNION SELECT 2", -1, statement, NULL);
  g_assert_cmpint(sqlite3_step(*statement), ==, SQLITE_ROW);
  return TRUE;
}

static void
free_sloppy(gpointer data)
{
  sqlite3_finalize(*(sqlite3_stmt **)data);
}

static void
count_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;

  g_assert_true(G_IS_TASK(result));
  fixture->completed++;
}

static void
test_statement_left_open_harms_nobody(void)
{
  Fixture fixture;
  sqlite3_stmt *statement = NULL;
  int count = -1;

  fixture_init(&fixture);
  bh_store_read_async(fixture.store, run_sloppy, &statement, free_sloppy, NULL, count_cb, &fixture);
  fixture_wait(&fixture, 1);
  fixture_write(&fixture, "write", INSERT("a"));
  fixture_wait(&fixture, 2);
  fixture_assert_ok(&fixture, "write");
  /* A snapshot still held by the reader would not have the row. */
  bh_store_read_async(fixture.store, run_count, &count, NULL, NULL, count_cb, &fixture);
  fixture_wait(&fixture, 3);
  g_assert_cmpint(count, ==, 1);
  fixture_clear(&fixture);
}

static void
test_reads_see_what_was_called_before(void)
{
  Fixture fixture;
  int count = -1;

  fixture_init(&fixture);
  fixture_hold(&fixture);
  fixture_write(&fixture, "1", INSERT("a"));
  fixture_write(&fixture, "2", INSERT("b"));
  bh_store_read_async(fixture.store, run_count, &count, NULL, NULL, count_cb, &fixture);
  fixture_release(&fixture);
  fixture_wait(&fixture, 4);
  g_assert_cmpint(count, ==, 2);

  fixture_read(&fixture, "writes", INSERT("c"));
  fixture_wait(&fixture, 5);
  fixture_assert_failed(&fixture, "writes", BH_STORE_ERROR_FAILED);
  assert_words(&fixture, "a,b");
  fixture_clear(&fixture);
}

static void
test_cancelled_before_it_began_is_not_done(void)
{
  Fixture fixture;
  g_autoptr(GCancellable) early = g_cancellable_new();
  g_autoptr(GCancellable) late = g_cancellable_new();
  GError *error;

  fixture_init(&fixture);
  fixture_hold(&fixture);
  fixture_write_cancellable(&fixture, "early", INSERT("a"), early);
  fixture_write_cancellable(&fixture, "other", INSERT("b"), late);
  g_cancellable_cancel(early);
  fixture_release(&fixture);
  fixture_wait(&fixture, 3);
  error = g_hash_table_lookup(fixture.seen, "early");
  g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_assert_ok(&fixture, "other");

  /* On the disk, then cancelled, then told: it is on the disk. */
  fixture_write_cancellable(&fixture, "late", INSERT("c"), late);
  fixture_hold(&fixture);
  fixture_release(&fixture);
  bh_store_close(fixture.store);
  g_cancellable_cancel(late);
  g_hash_table_remove(fixture.seen, "hold");
  fixture_wait(&fixture, 5);
  fixture_assert_ok(&fixture, "late");
  assert_words(&fixture, "b,c");
  fixture_clear(&fixture);
}

static void
test_queue_has_a_cap_in_calls(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  fixture_hold(&fixture);
  for (guint i = 0; i < 100000; i++)
    bh_store_write_async(fixture.store, run_nothing, NULL, NULL, NULL, count_cb, &fixture);
  fixture_write(&fixture, "over", INSERT("a"));
  g_assert_cmpuint(fixture.completed, ==, 0);
  while (!g_hash_table_contains(fixture.seen, "over"))
    g_main_context_iteration(NULL, TRUE);
  fixture_assert_failed(&fixture, "over", BH_STORE_ERROR_FULL);
  fixture_release(&fixture);
  fixture_wait(&fixture, 100002);

  fixture_write(&fixture, "later", INSERT("b"));
  fixture_wait(&fixture, 100003);
  fixture_assert_ok(&fixture, "later");
  assert_words(&fixture, "b");
  fixture_clear(&fixture);
}

static void
sized_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  GError **error = data;

  bh_store_write_finish(BH_STORE(source), result, error);
}

static void
test_queue_has_a_cap_in_bytes(void)
{
  Fixture fixture;
  g_autoptr(GError) error = NULL;

  fixture_init(&fixture);
  fixture_hold(&fixture);
  bh_store_write_sized_async(fixture.store, run_nothing, NULL, NULL, 40 * 1024 * 1024, NULL,
                             count_cb, &fixture);
  bh_store_write_sized_async(fixture.store, run_nothing, NULL, NULL, G_MAXSIZE, NULL, sized_cb,
                             &error);
  while (error == NULL)
    g_main_context_iteration(NULL, TRUE);
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FULL);
  g_clear_error(&error);
  bh_store_write_sized_async(fixture.store, run_nothing, NULL, NULL, 40 * 1024 * 1024, NULL,
                             sized_cb, &error);
  while (error == NULL)
    g_main_context_iteration(NULL, TRUE);
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FULL);
  fixture_release(&fixture);
  fixture_wait(&fixture, 2);
  fixture_clear(&fixture);
}

static void
test_close_commits_what_waits(void)
{
  Fixture fixture;

  fixture_init(&fixture);
  for (guint i = 0; i < 2000; i++) {
    g_autofree char *name = g_strdup_printf("w%u", i);

    fixture_write(&fixture, name, INSERT("a") " ON CONFLICT DO NOTHING");
  }
  fixture_write(&fixture, "last", INSERT("b"));
  bh_store_close(fixture.store);
  bh_store_close(fixture.store);
  g_assert_cmpuint(fixture.completed, ==, 0);
  fixture_write(&fixture, "closed", INSERT("c"));
  fixture_read(&fixture, "closed-read", "SELECT 1");
  g_assert_cmpuint(fixture.completed, ==, 0);
  fixture_wait(&fixture, 2003);
  fixture_assert_ok(&fixture, "last");
  fixture_assert_failed(&fixture, "closed", BH_STORE_ERROR_CLOSED);
  fixture_assert_failed(&fixture, "closed-read", BH_STORE_ERROR_CLOSED);
  assert_words(&fixture, "a,b");

  /* The lock is free again, also for this very process. */
  g_clear_object(&fixture.store);
  fixture_open(&fixture);
  fixture_clear(&fixture);
}

static void
test_store_lives_until_its_last_completion(void)
{
  Fixture fixture;
  BhStore *store;

  fixture_init(&fixture);
  fixture_write(&fixture, "1", INSERT("a"));
  store = g_steal_pointer(&fixture.store);
  g_object_add_weak_pointer(G_OBJECT(store), (gpointer *)&fixture.store);
  fixture.store = store;
  g_object_unref(store);
  fixture_wait(&fixture, 1);
  fixture_assert_ok(&fixture, "1");
  while (fixture.store != NULL)
    g_main_context_iteration(NULL, TRUE);
  fixture_open(&fixture);
  assert_words(&fixture, "a");
  fixture_clear(&fixture);
}

/* The crash: a child acknowledges each committed word over a pipe until it is killed. -----------
 */

typedef struct {
  BhStore *store;
  guint next;
} Writer;

static gboolean
run_insert_number(sqlite3 *db, gpointer data, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf("INSERT INTO word(text) VALUES('%06u')", GPOINTER_TO_UINT(data));
  sqlite3_stmt *statement = NULL;
  gboolean ok;

  sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  ok = bh_store_step(db, statement, error);
  sqlite3_finalize(statement);
  return ok;
}

static void
acknowledge_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Writer *writer = data;
  g_autofree char *line =
      g_strdup_printf("%06u\n", GPOINTER_TO_UINT(bh_store_get_task_data(result)));

  if (!bh_store_write_finish(BH_STORE(source), result, NULL) || write(1, line, 7) != 7)
    _exit(1);
  bh_store_write_async(writer->store, run_insert_number, GUINT_TO_POINTER(writer->next++), NULL,
                       NULL, acknowledge_cb, writer);
}

static int
run_child(const char *folder)
{
  Writer writer = {bh_store_open(folder, fixture_migrations, fixture_n_migrations, NULL), 100000};

  if (writer.store == NULL)
    return 1;
  for (guint i = 0; i < 20; i++)
    bh_store_write_async(writer.store, run_insert_number, GUINT_TO_POINTER(writer.next++), NULL,
                         NULL, acknowledge_cb, &writer);
  for (;;)
    g_main_context_iteration(NULL, TRUE);
}

static void
test_acknowledged_survives_a_kill(void)
{
  Fixture fixture;
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autoptr(GHashTable) there = g_hash_table_new(g_str_hash, g_str_equal);
  g_auto(GStrv) words = NULL;
  g_autofree char *dump = NULL;
  guint acknowledged = 0;

  fixture_init(&fixture);
  bh_store_close(fixture.store);
  g_clear_object(&fixture.store);
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) child = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self,
                                                  "--child", fixture.folder, NULL);
  g_assert_no_error(error);
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new(g_subprocess_get_stdout_pipe(child));
  g_autoptr(GPtrArray) acks = g_ptr_array_new_with_free_func(g_free);
  char *line;

  while ((line = g_data_input_stream_read_line(lines, NULL, NULL, &error)) != NULL) {
    g_ptr_array_add(acks, line);
    if (++acknowledged == 300)
      g_subprocess_force_exit(child);
  }
  g_assert_no_error(error);
  g_assert_cmpuint(acknowledged, >=, 300);
  g_assert_true(g_subprocess_wait(child, NULL, &error));
  g_assert_true(g_subprocess_get_if_signaled(child));

  fixture_open(&fixture);
  dump = fixture_dump(&fixture);
  words = g_strsplit(dump, ",", -1);
  for (guint i = 0; words[i] != NULL; i++)
    g_hash_table_add(there, words[i]);
  for (guint i = 0; i < acks->len; i++)
    g_assert_true(g_hash_table_contains(there, acks->pdata[i]));
  fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  if (argc == 3 && g_str_equal(argv[1], "--child"))
    return run_child(argv[2]);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/store/completes-in-order", test_completes_in_order_and_never_at_once);
  g_test_add_func("/store/order-holds-from-inside-completions",
                  test_order_holds_from_inside_completions);
  g_test_add_func("/store/failing-work-is-undone-alone", test_failing_work_is_undone_alone);
  g_test_add_func("/store/failing-commit-fails-the-guilty-only",
                  test_failing_commit_fails_the_guilty_only);
  g_test_add_func("/store/full-disk-fails-what-does-not-fit",
                  test_full_disk_fails_what_does_not_fit);
  g_test_add_func("/store/work-cannot-end-the-transaction", test_work_cannot_end_the_transaction);
  g_test_add_func("/store/statement-left-open-harms-nobody", test_statement_left_open_harms_nobody);
  g_test_add_func("/store/reads-see-what-was-called-before", test_reads_see_what_was_called_before);
  g_test_add_func("/store/cancelled-is-not-done", test_cancelled_before_it_began_is_not_done);
  g_test_add_func("/store/cap-in-calls", test_queue_has_a_cap_in_calls);
  g_test_add_func("/store/cap-in-bytes", test_queue_has_a_cap_in_bytes);
  g_test_add_func("/store/close-commits-what-waits", test_close_commits_what_waits);
  g_test_add_func("/store/lives-until-its-last-completion",
                  test_store_lives_until_its_last_completion);
  g_test_add_func("/store/acknowledged-survives-a-kill", test_acknowledged_survives_a_kill);
  return g_test_run();
}
