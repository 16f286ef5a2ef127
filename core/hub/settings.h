/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSettings: how this hub is set up: `settings.ini` in the state folder, and over it the command
 * line. A plain struct.
 */
#pragma once

#include <glib.h>

#include "limit-set.h"

/* Where the address bar finds it (protocol section 2). */
#define BH_SETTINGS_DEFAULT_PORT 8080

typedef struct {
  char *name; /* also the printer's name on the wire */
  char *uri;
} BhPrinterSetting;

typedef struct {
  char *state_folder;
  char *listen_address;
  guint16 port;
  gboolean port_chosen; /* by a person: another one will not do instead */
  guint16 ice_port_min, ice_port_max;
  char *tenant_id;
  gboolean open;
  GPtrArray *printers; /* owned BhPrinterSetting, in order; the first takes jobs that name none */
  BhLimitSet limits;
} BhSettings;

#define BH_SETTINGS_ERROR (bh_settings_error_quark())

typedef enum {
  BH_SETTINGS_ERROR_FILE,  /* settings.ini cannot be read */
  BH_SETTINGS_ERROR_VALUE, /* a value that is none; the message names it */
} BhSettingsError;

GQuark bh_settings_error_quark(void);

/** bh_settings_new: all defaults. @state_folder: (nullable): the user's own state folder */
BhSettings *bh_settings_new(const char *state_folder);
void bh_settings_free(BhSettings *settings);

/**
 * bh_settings_load: reads `settings.ini` of the state folder, where there is one.
 *
 * Groups and keys: [hub] listen, port, ice-ports, tenant, open; [printers] NAME=ADDRESS;
 * [limits] NAME=VALUE.
 */
gboolean bh_settings_load(BhSettings *settings, GError **error);

/** bh_settings_add_printer: @assignment: "NAME=ADDRESS"; replaces one of the same name. */
gboolean bh_settings_add_printer(BhSettings *settings, const char *assignment, GError **error);

/** bh_settings_set_ice_ports: @range: "LOW-HIGH", UDP. */
gboolean bh_settings_set_ice_ports(BhSettings *settings, const char *range, GError **error);

/** bh_settings_set_port: @text: 0 to 65535; 0 takes any that is free. */
gboolean bh_settings_set_port(BhSettings *settings, const char *text, GError **error);

/** bh_settings_is_loopback: whether the hub listens to this machine alone. */
gboolean bh_settings_is_loopback(const BhSettings *settings);

/** bh_settings_check: what only the whole can tell; call it last. */
gboolean bh_settings_check(const BhSettings *settings, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhSettings, bh_settings_free)
