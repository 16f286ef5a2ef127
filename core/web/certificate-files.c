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

struct _BhCertificateFiles {
  char *certificate, *key;
  BhCertificateTake take;
  gpointer user_data;
  char *problem;             /* (nullable): what the last look could not do, and has been told */
  GFileMonitor *monitors[2]; /* NULL where they cannot be watched */
  guint look_id, settle_id;
};

G_DEFINE_QUARK(bh_certificate_files_error_quark, bh_certificate_files_error)

static gboolean
take_fresh(BhCertificateFiles *self, BhCertificate *fresh, GError **error)
{
  g_autoptr(BhCertificate) owned = fresh;

  return owned != NULL && self->take(owned, self->user_data, error);
}

static gboolean
load(BhCertificateFiles *self, GError **error)
{
  g_autofree char *certificate = NULL;
  char *key = NULL;
  g_autoptr(GError) problem = NULL;
  gboolean done = g_file_get_contents(self->certificate, &certificate, NULL, &problem) &&
                  g_file_get_contents(self->key, &key, NULL, &problem) &&
                  take_fresh(self, bh_certificate_parse(key, certificate, &problem), &problem);

  bh_digest_free_text(key);
  if (!done)
    g_set_error(error, BH_CERTIFICATE_FILES_ERROR, BH_CERTIFICATE_FILES_ERROR_UNUSABLE,
                _("The certificate for https cannot be used (%s, %s): %s"), self->certificate,
                self->key, problem->message);
  return done;
}

static gboolean
on_look(gpointer user_data)
{
  BhCertificateFiles *self = user_data;
  g_autoptr(GError) error = NULL;

  if (load(self, &error)) {
    g_clear_pointer(&self->problem, g_free);
  } else if (g_strcmp0(error->message, self->problem) != 0) {
    g_warning("%s", error->message);
    g_free(self->problem);
    self->problem = g_strdup(error->message);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_settled(gpointer user_data)
{
  BhCertificateFiles *self = user_data;

  self->settle_id = 0;
  on_look(self);
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

  self->certificate = g_strdup(certificate);
  self->key = g_strdup(key);
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
  g_free(files->certificate);
  g_free(files->key);
  g_free(files->problem);
  g_free(files);
}
