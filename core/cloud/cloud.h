/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCloud: the cloud side of many properties: it introduces their devices and hubs to each other
 * where the property's own signaling cannot be reached, and serves the pages. It knows no property:
 * who belongs to one is what that property's hub has signed (protocol section 2). Nothing is
 * stored; no data passes through it.
 *
 *   GET /healthz        ok
 *   GET /api/v1/hello   {kind: "cloud", name, version}
 *
 * Runs on the default main context.
 */
#pragma once

#include <gio/gio.h>

#include "address-set.h"
#include "limit-set.h"

#define BH_TYPE_CLOUD (bh_cloud_get_type())
G_DECLARE_FINAL_TYPE(BhCloud, bh_cloud, BH, CLOUD, GObject)

#define BH_CLOUD_ERROR (bh_cloud_error_quark())

typedef enum {
  BH_CLOUD_ERROR_CERTIFICATE, /* it would listen beyond this computer without a certificate */
} BhCloudError;

GQuark bh_cloud_error_quark(void);

typedef struct {
  const char *listen_address;
  guint16 port;                /* of plain http, on this computer alone; 0: any */
  guint16 https_port;          /* 0: any */
  const char *tls_certificate; /* (nullable): PEM files; both or none */
  const char *tls_key;
  const char *name;
  BhAddressSet *trusted_proxies; /* (nullable) */
} BhCloudConfig;

/**
 * bh_cloud_new: listens; reads the certificate's files (blocks, for the start), and reads them
 * again when they change.
 *
 * Without a certificate it listens on loopback only, and by plain http; with one by https, and by
 * plain http on loopback only.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhCloud *bh_cloud_new(const BhCloudConfig *config, const BhLimitSet *limits, GError **error);

/** bh_cloud_get_link: Returns: (transfer full): "https://cloud.example:8443/" */
char *bh_cloud_get_link(BhCloud *cloud);

/** bh_cloud_stop: closes everything; may be called twice. */
void bh_cloud_stop(BhCloud *cloud);
