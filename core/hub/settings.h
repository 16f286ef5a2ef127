/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSettings: how this hub is set up: `settings.ini` in the state folder, and over it the command
 * line. A plain struct.
 */
#pragma once

#include <glib.h>

#include "address-set.h"
#include "limit-set.h"

/* Where the address bar finds it (protocol section 2). */
#define BH_SETTINGS_DEFAULT_PORT       8080
#define BH_SETTINGS_DEFAULT_HTTPS_PORT 8443

/* Longest name of a hub, in bytes. */
#define BH_SETTINGS_MAX_NAME_CHARS 64

/* Addresses of clouds, and the longest of them: what is told of a hub has room for 16 in all. */
#define BH_SETTINGS_MAX_CLOUDS      4
#define BH_SETTINGS_MAX_CLOUD_BYTES 256

/* When the nightly backup is made: 3:30, when no guest is left and nobody is there yet. */
#define BH_SETTINGS_DEFAULT_BACKUP_MINUTE 210
/* Backups that are kept: two weeks of nights. */
#define BH_SETTINGS_DEFAULT_BACKUPS 14
#define BH_SETTINGS_MAX_BACKUPS     1000

typedef struct {
  char *name; /* also the printer's name on the wire */
  char *uri;
} BhPrinterSetting;

typedef struct {
  char *state_folder;
  char *listen_address;   /* "::" or "0.0.0.0" for all of this computer's */
  gboolean listen_chosen; /* by a person */
  guint16 port;           /* 0: any that is free */
  gboolean port_chosen;   /* by a person: another one will not do instead */
  guint16 https_port;     /* the same for https */
  gboolean https_port_chosen;
  char *tls_certificate; /* (nullable): PEM files in place of the hub's own authority; */
  char *tls_key;         /* (nullable): both or none */
  guint16 ice_port_min, ice_port_max;
  char *tenant_id;
  char *name; /* of the hub, as people read it */
  gboolean open;
  gboolean discovery; /* is found by itself; see bh_settings_uses_discovery() */
  gboolean discovery_chosen;
  gboolean greengrass;           /* is called greengrass.local too */
  BhAddressSet *guest_networks;  /* the property's own, beside those of the interfaces */
  BhAddressSet *trusted_proxies; /* whose forwarded headers are believed */
  char **cloud;                  /* addresses of clouds, best first; may be empty */
  char *cloud_ca;                /* (nullable): PEM file: whom to trust beside the system's */
  GPtrArray *printers; /* owned BhPrinterSetting, in order; the first takes jobs that name none */
  BhLimitSet limits;
  gboolean backup;     /* a backup every night */
  char *backup_folder; /* (nullable): %NULL: `backups` in the state folder */
  guint backup_minute; /* of the day, local time */
  guint backup_keep;   /* the oldest beyond so many go */
  GHashTable *fixed;   /* keys that the command line decides, whatever stands in the file */
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

/** bh_settings_add_printer: @assignment: "NAME=ADDRESS"; replaces one of the same name. */
gboolean bh_settings_add_printer(BhSettings *settings, const char *assignment, GError **error);

/**
 * bh_settings_set:
 * @key: as in [hub] and on the command line:
 *   listen           an IP address
 *   port, https-port 0 to 65535; 0 takes any that is free
 *   ice-ports        "LOW-HIGH", UDP
 *   tenant           1 to 64 bytes
 *   name             1 to BH_SETTINGS_MAX_NAME_CHARS characters, without control characters
 *   tls-certificate, tls-key  files
 *   discovery, greengrass  "true" or "false", "yes" or "no"
 *   cloud            addresses "wss://...", at most BH_SETTINGS_MAX_CLOUDS, best first, with
 * commas, semicolons or spaces between; "ws://" for this computer only cloud-ca         a file
 *   backup           "true" or "false"
 *   backup-folder    an absolute path
 *   backup-time      "HOUR:MINUTE"
 *   backup-keep      1 to BH_SETTINGS_MAX_BACKUPS
 *   guest-networks, trusted-proxies  prefixes, as bh_address_set_add() takes them, with commas,
 *                    semicolons or spaces between; they replace what was set before
 *
 * Returns: %FALSE exactly when @error is set
 */
gboolean bh_settings_set(BhSettings *settings, const char *key, const char *value, GError **error);

/** bh_settings_get_key: Returns: (transfer none) (nullable): the keys of bh_settings_set(), one by
 * one; %NULL behind the last */
const char *bh_settings_get_key(guint index);

/** bh_settings_fix: notes that the command line decides @key. */
void bh_settings_fix(BhSettings *settings, const char *key);

/** bh_settings_uses_discovery: whether the hub tells its names and resolves candidates; one that
 * listens to this machine alone only where a person asked for it. */
gboolean bh_settings_uses_discovery(const BhSettings *settings);

/** bh_settings_is_loopback: whether the hub listens to this machine alone. */
gboolean bh_settings_is_loopback(const BhSettings *settings);

/**
 * bh_settings_complete: call it last. Where nobody chose an address an open hub takes this
 * computer's own, any other hub all of them; then bh_settings_check().
 */
gboolean bh_settings_complete(BhSettings *settings, GError **error);

/** bh_settings_check: what only the whole can tell. */
gboolean bh_settings_check(const BhSettings *settings, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhSettings, bh_settings_free)
