/* SPDX-License-Identifier: Apache-2.0 */
/* A pipe that nobody writes to stands for a disk that is slow: reading it waits. */
#include "secure-door.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_S 20

typedef struct {
  char *folder, *leaf;
  BhHouseLinks *links;
  BhSecureDoor *door;
} Fixture;

static gboolean
on_limit(gpointer user_data)
{
  g_error("waited too long at %s", (const char *)user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_tick(gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @condition, of which no source tells. */
#define WAIT_POLLING(condition)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint limit_id = g_timeout_add_seconds(LIMIT_S, on_limit, (gpointer)G_STRLOC);                 \
    guint tick_id = g_timeout_add(2, on_tick, NULL);                                               \
    while (!(condition))                                                                           \
      g_main_context_iteration(NULL, TRUE);                                                        \
    g_source_remove(tick_id);                                                                      \
    g_source_remove(limit_id);                                                                     \
  }                                                                                                \
  G_STMT_END

static void
set_up(Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  f->folder = g_dir_make_tmp("bh-door-XXXXXX", NULL);
  f->leaf = g_build_filename(f->folder, "leaf.crt", NULL);
  f->links = bh_house_links_new("bellhop-test.local", "127.0.0.1");
  f->door = bh_secure_door_new(f->folder, "Test", f->links, NULL, NULL, &error);
  g_assert_no_error(error);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  static const char *const names[] = {"authority.key", "authority.crt", "leaf.key", "leaf.crt"};

  g_clear_pointer(&f->door, bh_secure_door_free);
  g_object_unref(f->links);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(f->folder, names[i], NULL);

    g_assert_cmpint(g_remove(path), ==, 0);
  }
  g_assert_cmpint(g_rmdir(f->folder), ==, 0);
  g_free(f->folder);
  g_free(f->leaf);
}

/* Puts a pipe in the certificate's place, has it looked at as if we had other addresses, and waits
 * until it is being read; the main loop runs on. Returns: the pipe's other end */
static int
stall(Fixture *f)
{
  g_autofree char *pipe = g_build_filename(f->folder, "pipe", NULL);
  int end = -1;

  g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
  g_assert_cmpint(g_rename(pipe, f->leaf), ==, 0);
  g_signal_emit_by_name(f->links, "changed");
  /* There is no other end to be had before somebody reads. */
  WAIT_POLLING((end = open(f->leaf, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) >= 0);
  return end;
}

/* A certificate that cannot be read is replaced. */
static gboolean
is_written(Fixture *f)
{
  return g_file_test(f->leaf, G_FILE_TEST_IS_REGULAR);
}

static void
test_slow_disk(Fixture *f, gconstpointer data)
{
  int end = stall(f);

  g_assert_cmpint(bh_secure_door_get_end_ms(f->door), >, 0);
  close(end);
  WAIT_POLLING(is_written(f));
  g_assert_cmpint(bh_secure_door_get_end_ms(f->door), >, 0);
}

static gboolean
is_for(Fixture *f, const char *name)
{
  g_autofree char *key_path = g_build_filename(f->folder, "leaf.key", NULL);
  g_autofree char *key = NULL;
  g_autofree char *pem = NULL;
  g_autoptr(BhCertificate) leaf = NULL;
  g_auto(GStrv) names = NULL;

  if (!is_written(f) || !g_file_get_contents(f->leaf, &pem, NULL, NULL) ||
      !g_file_get_contents(key_path, &key, NULL, NULL))
    return FALSE;
  leaf = bh_certificate_parse(key, pem, NULL);
  if (leaf == NULL)
    return FALSE; /* its key has just been written */
  names = bh_certificate_list_names(leaf);
  return g_strv_contains((const char *const *)names, name);
}

/* The look that is out knows nothing of it: once that is back, there is another one. */
static void
test_changes_meanwhile(Fixture *f, gconstpointer data)
{
  static const char *const names[] = {"new.bellhop-test.local", NULL};
  int end = stall(f);

  bh_house_links_set_certified(f->links, names);
  g_signal_emit_by_name(f->links, "changed");
  close(end);
  WAIT_POLLING(is_for(f, names[0]));
}

static void
test_ends_meanwhile(Fixture *f, gconstpointer data)
{
  int end = stall(f);

  g_clear_pointer(&f->door, bh_secure_door_free);
  close(end);
  WAIT_POLLING(is_written(f));
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add("/secure-door/" name, Fixture, NULL, set_up, function, tear_down)
  ADD("slow-disk", test_slow_disk);
  ADD("changes-meanwhile", test_changes_meanwhile);
  ADD("ends-meanwhile", test_ends_meanwhile);
#undef ADD
  return g_test_run();
}
