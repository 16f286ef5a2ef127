/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-cloud"

#include "cloud.h"

#include <glib/gi18n.h>
#include <string.h>

#include "certificate-files.h"
#include "cloud-reach.h"
#include "id.h"
#include "signaling-server.h"
#include "web-server.h"

struct _BhCloud {
  GObject parent_instance;

  char *id;
  char *name;
  char *listen_address;
  BhSignalingServer *signaling;
  BhWebServer *web;
  BhCloudReach *reach;
  BhCertificate *certificate; /* (nullable): shown now */
  BhCertificateFiles *files;  /* (nullable) */
};

G_DEFINE_FINAL_TYPE(BhCloud, bh_cloud, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_cloud_error_quark, bh_cloud_error)

/* --- what it answers --- */

static void
on_healthz(BhWebRequest *request, gpointer user_data)
{
  bh_web_request_respond_text(request, 200, "text/plain; charset=utf-8", "ok\n");
}

static void
on_hello(BhWebRequest *request, gpointer user_data)
{
  BhCloud *self = user_data;
  g_autoptr(json_t) hello =
      json_pack("{s:s, s:s, s:s}", "kind", "cloud", "name", self->name, "version", BH_VERSION);

  bh_web_request_respond_json(request, 200, hello);
}

/* --- doors --- */

static gboolean
is_loopback(const char *text)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

  return address != NULL && g_inet_address_get_is_loopback(address);
}

static gboolean
take_certificate(BhCertificate *certificate, gpointer user_data, GError **error)
{
  BhCloud *self = user_data;
  g_auto(GStrv) names = bh_certificate_list_names(certificate);

  if (self->certificate != NULL && bh_certificate_is_same(certificate, self->certificate))
    return TRUE;
  if (bh_web_server_get_tls_port(self->web) != 0 &&
      !bh_web_server_set_tls_certificate(self->web, certificate, error))
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    bh_web_server_allow_host(self->web, names[i]);
  g_clear_pointer(&self->certificate, bh_certificate_unref);
  self->certificate = bh_certificate_ref(certificate);
  return TRUE;
}

static gboolean
open_doors(BhCloud *self, const BhCloudConfig *config, GError **error)
{
  gboolean loopback = is_loopback(config->listen_address);

  if (config->tls_certificate == NULL && !loopback) {
    g_set_error(error, BH_CLOUD_ERROR, BH_CLOUD_ERROR_CERTIFICATE,
                _("A cloud is known by its certificate. Give its files with --tls-certificate and "
                  "--tls-key, or keep to this computer with --listen 127.0.0.1; %s is reached "
                  "by others."),
                config->listen_address);
    return FALSE;
  }
  if (config->tls_certificate != NULL) {
    self->files = bh_certificate_files_new(config->tls_certificate, config->tls_key,
                                           take_certificate, self, error);
    if (self->files == NULL ||
        !bh_web_server_listen_tls(self->web, config->listen_address, config->https_port,
                                  self->certificate, error))
      return FALSE;
  }
  return !loopback || bh_web_server_listen(self->web, config->listen_address, config->port, error);
}

BhCloud *
bh_cloud_new(const BhCloudConfig *config, const BhLimitSet *limits, GError **error)
{
  g_autoptr(BhCloud) self = g_object_new(BH_TYPE_CLOUD, NULL);
  BhSignalingConfig signaling = {
      .cloud = TRUE, .id = self->id, .name = config->name, .version = BH_VERSION};

  self->name = g_strdup(config->name);
  self->listen_address = g_strdup(config->listen_address);
  self->signaling = bh_signaling_server_new(&signaling, limits);
  self->web = bh_web_server_new(self->signaling, limits);
  bh_web_server_set_proxies(self->web, config->trusted_proxies);
  bh_web_server_mount(self->web, "GET", "/healthz", on_healthz, self);
  bh_web_server_mount(self->web, "GET", "/api/v1/hello", on_hello, self);
  self->reach = bh_cloud_reach_new(self->web, self->signaling);
  if (!open_doors(self, config, error))
    return NULL;
  return g_steal_pointer(&self);
}

char *
bh_cloud_get_link(BhCloud *cloud)
{
  guint16 tls_port = bh_web_server_get_tls_port(cloud->web);
  g_auto(GStrv) names =
      cloud->certificate != NULL ? bh_certificate_list_names(cloud->certificate) : NULL;
  const char *host = is_loopback(cloud->listen_address)  ? cloud->listen_address
                     : names != NULL && names[0] != NULL ? names[0]
                                                         : cloud->listen_address;
  gboolean is_v6 = strchr(host, ':') != NULL;

  return g_strdup_printf("%s://%s%s%s:%u/", tls_port != 0 ? "https" : "http", is_v6 ? "[" : "",
                         host, is_v6 ? "]" : "",
                         tls_port != 0 ? tls_port : bh_web_server_get_port(cloud->web));
}

/* --- life --- */

void
bh_cloud_stop(BhCloud *cloud)
{
  g_clear_pointer(&cloud->files, bh_certificate_files_free);
  if (cloud->web != NULL)
    bh_web_server_close(cloud->web);
  if (cloud->signaling != NULL)
    bh_signaling_server_close(cloud->signaling);
}

static void
bh_cloud_dispose(GObject *object)
{
  BhCloud *self = BH_CLOUD(object);

  bh_cloud_stop(self);
  g_clear_object(&self->web);
  g_clear_pointer(&self->reach, bh_cloud_reach_free);
  g_clear_object(&self->signaling);
  g_clear_pointer(&self->certificate, bh_certificate_unref);
  G_OBJECT_CLASS(bh_cloud_parent_class)->dispose(object);
}

static void
bh_cloud_finalize(GObject *object)
{
  BhCloud *self = BH_CLOUD(object);

  g_free(self->id);
  g_free(self->name);
  g_free(self->listen_address);
  G_OBJECT_CLASS(bh_cloud_parent_class)->finalize(object);
}

static void
bh_cloud_class_init(BhCloudClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_cloud_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_cloud_finalize;
}

static void
bh_cloud_init(BhCloud *self)
{
  self->id = bh_id_new(g_get_real_time() / 1000);
}
