/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "secure-door.h"

#include "base64url.h"
#include "certificate-files.h"
#include "trust-profile.h"

/* How often the certificate of our own authority is looked at: its days may be over. */
#define LOOK_SECONDS 60

/* What the authority is asked for, on a worker: its file system may be slow. */
typedef struct {
  BhAuthority *authority;
  char **names, **addresses;
} Wish;

struct _BhSecureDoor {
  BhAuthority *authority; /* NULL where files replace it */
  BhHouseLinks *links;
  BhWebServer *web;          /* NULL until it is open */
  BhCertificateFiles *files; /* NULL where the authority serves */
  BhCertificate *shown;
  char *profile;
  GCancellable *serving; /* (nullable): of the wish that is out */
  gboolean looks_again;  /* when that one is back: we have other addresses meanwhile */
  char *problem;         /* (nullable): what the last look could not do, and has been told */
  guint look_id;
  gulong changed_id;
};

/* @fresh: (transfer full) (nullable). Returns: %FALSE exactly when @error is set; what was shown
 * stays */
static gboolean
show(BhSecureDoor *self, BhCertificate *fresh, GError **error)
{
  g_autoptr(BhCertificate) owned = fresh;

  if (owned == NULL)
    return FALSE;
  if (self->shown != NULL && bh_certificate_is_same(owned, self->shown))
    return TRUE;
  if (self->web != NULL && !bh_web_server_set_tls_certificate(self->web, owned, error))
    return FALSE;
  g_clear_pointer(&self->shown, bh_certificate_unref);
  self->shown = g_steal_pointer(&owned);
  return TRUE;
}

static Wish *
wish_new(BhSecureDoor *self)
{
  Wish *wish = g_new(Wish, 1);

  wish->authority = bh_authority_ref(self->authority);
  wish->names = bh_house_links_list_names(self->links);
  wish->addresses = g_strdupv((char **)bh_house_links_get_addresses(self->links));
  return wish;
}

static void
wish_free(gpointer data)
{
  Wish *wish = data;

  bh_authority_unref(wish->authority);
  g_strfreev(wish->names);
  g_strfreev(wish->addresses);
  g_free(wish);
}

/* Returns: (transfer full) (nullable): %NULL exactly when @error is set */
static BhCertificate *
serve(const Wish *wish, GError **error)
{
  return bh_authority_serve(wish->authority, (const char *const *)wish->names,
                            (const char *const *)wish->addresses, g_get_real_time() / 1000, error);
}

static gboolean
load_own(BhSecureDoor *self, GError **error)
{
  Wish *wish = wish_new(self);
  gboolean done = show(self, serve(wish, error), error);

  wish_free(wish);
  return done;
}

/* Under which names we are reached by it. */
static void
take_names(BhSecureDoor *self)
{
  g_auto(GStrv) names = bh_certificate_list_names(self->shown);

  bh_house_links_set_certified(self->links, (const char *const *)names);
  for (guint i = 0; self->web != NULL && names[i] != NULL; i++)
    bh_web_server_allow_host(self->web, names[i]);
}

static gboolean
take_files(BhCertificate *certificate, gpointer user_data, GError **error)
{
  BhSecureDoor *self = user_data;

  if (!show(self, bh_certificate_ref(certificate), error))
    return FALSE;
  take_names(self);
  return TRUE;
}

static void look(BhSecureDoor *self);

static void
look_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  BhCertificate *fresh = g_task_propagate_pointer(G_TASK(result), &error);
  BhSecureDoor *self = user_data;

  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* self is gone */
  g_clear_object(&self->serving);
  if (show(self, fresh, error == NULL ? &error : NULL)) {
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
run_look(GTask *task, gpointer source, gpointer wish, GCancellable *cancellable)
{
  GError *error = NULL;
  BhCertificate *fresh = serve(wish, &error);

  if (fresh != NULL)
    g_task_return_pointer(task, fresh, (GDestroyNotify)bh_certificate_unref);
  else
    g_task_return_error(task, error);
}

/* One at a time: two would write the same files. */
static void
look(BhSecureDoor *self)
{
  g_autoptr(GTask) task = NULL;

  self->looks_again = self->serving != NULL;
  if (self->serving != NULL)
    return;
  self->serving = g_cancellable_new();
  task = g_task_new(NULL, self->serving, look_cb, self);
  g_task_set_task_data(task, wish_new(self), wish_free);
  g_task_run_in_thread(task, run_look);
}

static gboolean
on_look(gpointer user_data)
{
  look(user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_links_changed(BhHouseLinks *links, BhSecureDoor *self)
{
  look(self);
}

static gboolean
open_authority(BhSecureDoor *self, const char *folder, const char *hub_name, GError **error)
{
  g_auto(GStrv) names = bh_house_links_list_names(self->links);
  g_autofree char *fingerprint = NULL;

  self->authority = bh_authority_open(folder, hub_name, (const char *const *)names,
                                      g_get_real_time() / 1000, error);
  if (self->authority == NULL)
    return FALSE;
  fingerprint = bh_base64url_encode(bh_authority_get_fingerprint(self->authority),
                                    BH_AUTHORITY_FINGERPRINT_BYTES);
  bh_house_links_set_authority(self->links, fingerprint);
  self->profile = bh_trust_profile_make(bh_authority_get_title(self->authority),
                                        bh_authority_get_der(self->authority));
  return TRUE;
}

BhSecureDoor *
bh_secure_door_new(const char *folder, const char *hub_name, BhHouseLinks *links,
                   const char *certificate_file, const char *key_file, GError **error)
{
  g_autoptr(BhSecureDoor) self = g_new0(BhSecureDoor, 1);

  self->links = g_object_ref(links);
  if (certificate_file != NULL) {
    self->files = bh_certificate_files_new(certificate_file, key_file, take_files, self, error);
    if (self->files == NULL)
      return NULL;
  } else if (!open_authority(self, folder, hub_name, error) || !load_own(self, error)) {
    return NULL;
  }
  if (self->authority != NULL) {
    self->changed_id = g_signal_connect(self->links, "changed", G_CALLBACK(on_links_changed), self);
    self->look_id = g_timeout_add_seconds(LOOK_SECONDS, on_look, self);
  }
  return g_steal_pointer(&self);
}

void
bh_secure_door_free(BhSecureDoor *door)
{
  g_clear_pointer(&door->files, bh_certificate_files_free);
  g_clear_handle_id(&door->look_id, g_source_remove);
  g_clear_signal_handler(&door->changed_id, door->links);
  if (door->serving != NULL)
    g_cancellable_cancel(door->serving);
  g_clear_object(&door->serving);
  g_clear_pointer(&door->authority, bh_authority_unref);
  g_clear_object(&door->web);
  g_clear_object(&door->links);
  g_clear_pointer(&door->shown, bh_certificate_unref);
  g_free(door->profile);
  g_free(door->problem);
  g_free(door);
}

gint64
bh_secure_door_get_end_ms(const BhSecureDoor *door)
{
  return door->shown != NULL ? bh_certificate_get_end_ms(door->shown) : 0;
}

/* --- what a device needs to trust it --- */

static void
on_der(BhWebRequest *request, gpointer user_data)
{
  BhSecureDoor *self = user_data;

  bh_web_request_set_header(request, "Content-Disposition", "attachment; filename=\"bellhop.crt\"");
  bh_web_request_respond_bytes(request, 200, "application/x-x509-ca-cert",
                               bh_authority_get_der(self->authority));
}

static void
on_pem(BhWebRequest *request, gpointer user_data)
{
  BhSecureDoor *self = user_data;

  bh_web_request_set_header(request, "Content-Disposition", "attachment; filename=\"bellhop.pem\"");
  bh_web_request_respond_text(request, 200, "application/x-pem-file",
                              bh_authority_get_pem(self->authority));
}

static void
on_profile(BhWebRequest *request, gpointer user_data)
{
  BhSecureDoor *self = user_data;

  bh_web_request_respond_text(request, 200, BH_TRUST_PROFILE_TYPE, self->profile);
}

/* Asked by a page of the plain address, which learns no more than that it was answered. */
static void
on_probe(BhWebRequest *request, gpointer user_data)
{
  bh_web_request_set_header(request, "Cross-Origin-Resource-Policy", "cross-origin");
  bh_web_request_set_header(request, "Access-Control-Allow-Origin", "*");
  bh_web_request_respond_bytes(request, 204, "text/plain", NULL);
}

gboolean
bh_secure_door_open(BhSecureDoor *door, BhWebServer *web, const char *address, guint16 port,
                    GError **error)
{
  if (!bh_web_server_listen_tls(web, address, port, door->shown, error))
    return FALSE;
  g_set_object(&door->web, web);
  if (door->authority == NULL)
    take_names(door);
  bh_web_server_mount(web, "GET", "/trust/probe", on_probe, door);
  if (door->authority == NULL)
    return TRUE;
  bh_web_server_mount(web, "GET", "/ca.crt", on_der, door);
  bh_web_server_mount(web, "GET", "/ca.pem", on_pem, door);
  bh_web_server_mount(web, "GET", "/trust/bellhop.mobileconfig", on_profile, door);
  return TRUE;
}
