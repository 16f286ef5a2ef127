/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "certificate-files.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "digest.h"

/* Where the files lie behind links of links, or on another computer, nobody tells when they are
 * replaced. */
#define LOOK_SECONDS 60
/* Certificate and key are replaced one after the other. */
#define SETTLE_MS 500

/* Both owned. */
typedef struct {
  char *certificate, *key;
} Paths;

struct _BhCertificateFiles {
  Paths paths;
  BhCertificateTake take;
  gpointer user_data;
  GCancellable *reading;     /* (nullable): of the look that is out */
  gboolean looks_again;      /* when that one is back: the files have changed meanwhile */
  char *problem;             /* (nullable): what the last look could not do, and has been told */
  GFileMonitor *monitors[2]; /* NULL where they cannot be watched */
  guint look_id, settle_id;
};

G_DEFINE_QUARK(bh_certificate_files_error_quark, bh_certificate_files_error)

static void
paths_clear(Paths *paths)
{
  g_free(paths->certificate);
  g_free(paths->key);
}

static Paths *
paths_new(const Paths *from)
{
  Paths *paths = g_new(Paths, 1);

  paths->certificate = g_strdup(from->certificate);
  paths->key = g_strdup(from->key);
  return paths;
}

static void
paths_free(gpointer data)
{
  paths_clear(data);
  g_free(data);
}

/* Waits as long as the files take: where they lie on another computer, maybe for ever. On any
 * thread. Returns: (transfer full) (nullable): %NULL exactly when @error is set */
static BhCertificate *
read_files(const Paths *paths, GError **error)
{
  g_autofree char *certificate = NULL;
  char *key = NULL;
  BhCertificate *fresh = NULL;

  if (g_file_get_contents(paths->certificate, &certificate, NULL, error) &&
      g_file_get_contents(paths->key, &key, NULL, error))
    fresh = bh_certificate_parse(key, certificate, error);
  bh_digest_free_text(key);
  return fresh;
}

/* @fresh: (nullable): %NULL: it could not be read, as @problem tells */
static gboolean
take_fresh(BhCertificateFiles *self, BhCertificate *fresh, const GError *problem, GError **error)
{
  g_autoptr(GError) refusal = NULL;

  if (fresh != NULL && self->take(fresh, self->user_data, &refusal))
    return TRUE;
  g_set_error(error, BH_CERTIFICATE_FILES_ERROR, BH_CERTIFICATE_FILES_ERROR_UNUSABLE,
              _("The certificate for https cannot be used (%s, %s): %s"), self->paths.certificate,
              self->paths.key, (problem != NULL ? problem : refusal)->message);
  return FALSE;
}

static gboolean
load(BhCertificateFiles *self, GError **error)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(BhCertificate) fresh = read_files(&self->paths, &problem);

  return take_fresh(self, fresh, problem, error);
}

static void look(BhCertificateFiles *self);

static void
look_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhCertificate) fresh = g_task_propagate_pointer(G_TASK(result), &problem);
  BhCertificateFiles *self = user_data;

  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* self is gone */
  g_clear_object(&self->reading);
  if (take_fresh(self, fresh, problem, &error)) {
    g_clear_pointer(&self->problem, g_free);
  } else if (g_strcmp0(error->message, self->problem) != 0) {
    g_warning("%s", error->message);
    g_free(self->problem);
    self->problem = g_strdup(error->message);
  }
  if (self->looks_again)
    look(self);
}

static void
run_look(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  BhCertificate *fresh = read_files(data, &error);

  if (fresh != NULL)
    g_task_return_pointer(task, fresh, (GDestroyNotify)bh_certificate_unref);
  else
    g_task_return_error(task, error);
}

/* One at a time: a thread that waits for a computer that is off is enough. */
static void
look(BhCertificateFiles *self)
{
  g_autoptr(GTask) task = NULL;

  self->looks_again = self->reading != NULL;
  if (self->reading != NULL)
    return;
  self->reading = g_cancellable_new();
  task = g_task_new(NULL, self->reading, look_cb, self);
  g_task_set_task_data(task, paths_new(&self->paths), paths_free);
  g_task_run_in_thread(task, run_look);
}

static gboolean
on_look(gpointer user_data)
{
  look(user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_settled(gpointer user_data)
{
  BhCertificateFiles *self = user_data;

  self->settle_id = 0;
  look(self);
  return G_SOURCE_REMOVE;
}

static void
on_file_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                BhCertificateFiles *self)
{
  g_clear_handle_id(&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add(SETTLE_MS, on_settled, self);
}

BhCertificateFiles *
bh_certificate_files_new(const char *certificate, const char *key, BhCertificateTake take,
                         gpointer user_data, GError **error)
{
  g_autoptr(BhCertificateFiles) self = g_new0(BhCertificateFiles, 1);
  const char *const paths[] = {certificate, key};

  self->paths.certificate = g_strdup(certificate);
  self->paths.key = g_strdup(key);
  self->take = take;
  self->user_data = user_data;
  if (!load(self, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autoptr(GFile) file = g_file_new_for_path(paths[i]);

    self->monitors[i] = g_file_monitor_file(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    if (self->monitors[i] != NULL)
      g_signal_connect(self->monitors[i], "changed", G_CALLBACK(on_file_changed), self);
  }
  self->look_id = g_timeout_add_seconds(LOOK_SECONDS, on_look, self);
  return g_steal_pointer(&self);
}

void
bh_certificate_files_free(BhCertificateFiles *files)
{
  for (guint i = 0; i < G_N_ELEMENTS(files->monitors); i++) {
    if (files->monitors[i] == NULL)
      continue;
    g_signal_handlers_disconnect_by_data(files->monitors[i], files);
    g_file_monitor_cancel(files->monitors[i]);
    g_clear_object(&files->monitors[i]);
  }
  g_clear_handle_id(&files->look_id, g_source_remove);
  g_clear_handle_id(&files->settle_id, g_source_remove);
  if (files->reading != NULL)
    g_cancellable_cancel(files->reading);
  g_clear_object(&files->reading);
  paths_clear(&files->paths);
  g_free(files->problem);
  g_free(files);
}
