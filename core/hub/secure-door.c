/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "secure-door.h"

#include <glib/gi18n.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base64url.h"
#include "trust-profile.h"

/* How often the certificate is looked at: its files may have been replaced, its days may be over.
 */
#define LOOK_SECONDS 60

struct _BhSecureDoor {
  BhAuthority *authority; /* NULL where files replace it */
  BhHouseLinks *links;
  BhWebServer *web; /* NULL until it is open */
  char *certificate_file, *key_file;
  BhCertificate *shown;
  char *profile;
  guint look_id;
  gulong changed_id;
};

static void
wipe_text(char *text)
{
  if (text != NULL)
    OPENSSL_cleanse(text, strlen(text));
  g_free(text);
}

/* @fresh: (transfer full) (nullable). Returns: %FALSE exactly when @error is set; what was shown
 * stays */
static gboolean
show(BhSecureDoor *self, BhCertificate *fresh, GError **error)
{
  g_autoptr(BhCertificate) owned = fresh;

  if (owned == NULL)
    return FALSE;
  if (self->shown != NULL && g_str_equal(bh_certificate_get_fingerprint(owned),
                                         bh_certificate_get_fingerprint(self->shown)))
    return TRUE;
  if (self->web != NULL && !bh_web_server_set_tls_certificate(self->web, owned, error))
    return FALSE;
  g_clear_pointer(&self->shown, bh_certificate_unref);
  self->shown = g_steal_pointer(&owned);
  return TRUE;
}

static gboolean
load_own(BhSecureDoor *self, GError **error)
{
  g_auto(GStrv) names = bh_house_links_list_names(self->links);

  return show(self,
              bh_authority_serve(self->authority, (const char *const *)names,
                                 bh_house_links_get_addresses(self->links),
                                 g_get_real_time() / 1000, error),
              error);
}

static gboolean
load_files(BhSecureDoor *self, GError **error)
{
  g_autofree char *certificate = NULL;
  char *key = NULL;
  g_autoptr(GError) problem = NULL;
  gboolean done = g_file_get_contents(self->certificate_file, &certificate, NULL, &problem) &&
                  g_file_get_contents(self->key_file, &key, NULL, &problem) &&
                  show(self, bh_certificate_parse(key, certificate, &problem), &problem);

  wipe_text(key);
  if (!done)
    g_set_error(error, BH_AUTHORITY_ERROR, BH_AUTHORITY_ERROR_FILE,
                _("The certificate for https cannot be used (%s, %s): %s"), self->certificate_file,
                self->key_file, problem->message);
  return done;
}

static gboolean
load(BhSecureDoor *self, GError **error)
{
  return self->authority != NULL ? load_own(self, error) : load_files(self, error);
}

static gboolean
on_look(gpointer user_data)
{
  BhSecureDoor *self = user_data;
  g_autoptr(GError) error = NULL;

  if (!load(self, &error))
    g_warning("%s", error->message);
  return G_SOURCE_CONTINUE;
}

static void
on_links_changed(BhHouseLinks *links, BhSecureDoor *self)
{
  on_look(self);
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
  self->certificate_file = g_strdup(certificate_file);
  self->key_file = g_strdup(key_file);
  if ((certificate_file == NULL && !open_authority(self, folder, hub_name, error)) ||
      !load(self, error))
    return NULL;
  self->changed_id = g_signal_connect(self->links, "changed", G_CALLBACK(on_links_changed), self);
  self->look_id = g_timeout_add_seconds(LOOK_SECONDS, on_look, self);
  return g_steal_pointer(&self);
}

void
bh_secure_door_free(BhSecureDoor *door)
{
  g_clear_handle_id(&door->look_id, g_source_remove);
  g_clear_signal_handler(&door->changed_id, door->links);
  g_clear_pointer(&door->authority, bh_authority_free);
  g_clear_object(&door->web);
  g_clear_object(&door->links);
  g_clear_pointer(&door->shown, bh_certificate_unref);
  g_free(door->certificate_file);
  g_free(door->key_file);
  g_free(door->profile);
  g_free(door);
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
  bh_web_server_mount(web, "GET", "/trust/probe", on_probe, door);
  if (door->authority == NULL)
    return TRUE;
  bh_web_server_mount(web, "GET", "/ca.crt", on_der, door);
  bh_web_server_mount(web, "GET", "/ca.pem", on_pem, door);
  bh_web_server_mount(web, "GET", "/trust/bellhop.mobileconfig", on_profile, door);
  return TRUE;
}
