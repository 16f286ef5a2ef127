/* SPDX-License-Identifier: Apache-2.0 */
/* A pipe that nobody writes to stands for a file on a computer that is off: reading it waits. */
#include "certificate-files.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web-fixture.h"

typedef struct {
  char *folder, *certificate, *key;
  char *pem;
  BhCertificateFiles *files;
  guint n_taken;
} Files;

static gboolean
on_take(BhCertificate *certificate, gpointer user_data, GError **error)
{
  Files *f = user_data;
  g_autofree char *pem = bh_certificate_to_pem(certificate);

  g_assert_cmpstr(pem, ==, f->pem);
  f->n_taken++;
  return TRUE;
}

static void
set_up_files(Files *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhCertificate) certificate = bh_certificate_new(&error);
  g_autofree char *key = bh_certificate_key_to_pem(certificate);

  f->folder = g_dir_make_tmp("bh-certificate-XXXXXX", NULL);
  f->certificate = g_build_filename(f->folder, "certificate.pem", NULL);
  f->key = g_build_filename(f->folder, "key.pem", NULL);
  f->pem = bh_certificate_to_pem(certificate);
  g_assert_true(g_file_set_contents(f->certificate, f->pem, -1, NULL));
  g_assert_true(g_file_set_contents(f->key, key, -1, NULL));
  f->files = bh_certificate_files_new(f->certificate, f->key, on_take, f, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(f->n_taken, ==, 1);
}

static void
tear_down_files(Files *f, gconstpointer data)
{
  g_clear_pointer(&f->files, bh_certificate_files_free);
  g_assert_cmpint(g_remove(f->certificate), ==, 0);
  g_assert_cmpint(g_remove(f->key), ==, 0);
  g_assert_cmpint(g_rmdir(f->folder), ==, 0);
  g_free(f->folder);
  g_free(f->certificate);
  g_free(f->key);
  g_free(f->pem);
}

/* Puts a pipe in the certificate's place, and waits until it is being read; the main loop runs on.
 * Returns: the pipe's other end */
static int
stall(Files *f)
{
  g_autofree char *pipe = g_build_filename(f->folder, "pipe", NULL);
  int end = -1;

  g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
  g_assert_cmpint(g_rename(pipe, f->certificate), ==, 0);
  /* There is no other end to be had before somebody reads. */
  WAIT_POLLING((end = open(f->certificate, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) >= 0);
  return end;
}

static void
answer(Files *f, int end)
{
  g_assert_cmpint(write(end, f->pem, strlen(f->pem)), ==, (gssize)strlen(f->pem));
  close(end);
}

static void
test_away(Files *f, gconstpointer data)
{
  int end = stall(f);

  g_assert_cmpuint(f->n_taken, ==, 1);
  answer(f, end);
  WAIT_FOR(f->n_taken == 2);
}

static void
test_ends_meanwhile(Files *f, gconstpointer data)
{
  int end = stall(f);

  g_clear_pointer(&f->files, bh_certificate_files_free);
  answer(f, end);
  WAIT_POLLING(g_thread_pool_get_num_unused_threads() > 0); /* it has been read, and told */
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_cmpuint(f->n_taken, ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add("/certificate-files/" name, Files, NULL, set_up_files, function, tear_down_files)
  ADD("away", test_away);
  ADD("ends-meanwhile", test_ends_meanwhile);
#undef ADD
  return run_tests();
}
