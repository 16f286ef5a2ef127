/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "limit-set.h"

#include <string.h>

#define KIB G_GUINT64_CONSTANT(1024)
#define MIB (1024 * KIB)

typedef struct {
  const char *name;
  guint64 standard;
  guint64 min;
  guint64 max;
  const char *meaning;
} LimitSpec;

static const LimitSpec specs[BH_N_LIMITS] = {
    [BH_LIMIT_MESSAGE_BYTES] = {"message-bytes", 64 * KIB, KIB, 16 * MIB,
                                "one signaling message, fragmented or not"},
    [BH_LIMIT_PEERS] = {"peers", 10000, 1, 1000000, "peers of one property"},
    [BH_LIMIT_TENANTS] = {"tenants", 1000, 1, 1000000, "properties served at a time"},
    [BH_LIMIT_CONNECTIONS] = {"connections", 12000, 1, 1000000, "WebSockets, joined or not"},
    [BH_LIMIT_ADDRESS_CONNECTIONS] = {"connections-per-address", 256, 1, 1000000,
                                      "connections of one address, of whatever kind"},
    [BH_LIMIT_QUEUED_BYTES] = {"queued-bytes", MIB, 64 * KIB, 64 * MIB,
                               "waiting towards one peer that reads slowly"},
    [BH_LIMIT_MESSAGES_PER_SECOND] = {"messages-per-second", 200, 1, 1000000,
                                      "signaling messages from one peer, sustained"},
    [BH_LIMIT_MESSAGE_BURST] = {"message-burst", 400, 1, 1000000,
                                "signaling messages from one peer, at once"},
    [BH_LIMIT_RESUME_SECONDS] = {"resume-seconds", 45, 0, 600,
                                 "how long the place of a lost peer is kept"},
    [BH_LIMIT_CHANNEL_MESSAGE_BYTES] = {"channel-message-bytes", 256 * KIB, 16 * KIB, MIB,
                                        "one data-channel message"},
    [BH_LIMIT_CHANNEL_QUEUED_BYTES] = {"channel-queued-bytes", 4 * MIB, MIB, 64 * MIB,
                                       "waiting on one data channel, or in parts by relay"},
    [BH_LIMIT_CHANNELS] = {"channels", 256, 1, 1024, "data channels of one connection"},
    [BH_LIMIT_PEER_CONNECTIONS] = {"peer-connections", 1000, 1, 20000,
                                   "WebRTC connections of the hub"},
    [BH_LIMIT_PAIRING_SECONDS] = {"pairing-seconds", 600, 1, 86400,
                                  "how long a pairing link is good for"},
    [BH_LIMIT_PRINT_JOBS] = {"print-jobs", 1000, 1, 100000, "jobs waiting for one printer"},
    [BH_LIMIT_PRINT_JOB_BYTES] = {"print-job-bytes", 2 * MIB, 4 * KIB, 64 * MIB,
                                  "one print job as sent to the printer"},
    [BH_LIMIT_PRINT_KEPT_BYTES] = {"print-kept-bytes", 256 * MIB, 64 * KIB, 4096 * MIB,
                                   "contents of ended print jobs, for a reprint"},
    [BH_LIMIT_UNSEEN_MS] = {"unseen-ms", 0, 0, 3600000,
                            "before an unseen ticket is printed; 0: what the house has set"},
    [BH_LIMIT_SCREEN_MS] = {"screen-ms", 15000, 100, 600000,
                            "before a kitchen screen counts as silent"},
    [BH_LIMIT_PICTURES] = {"pictures", 2000, 1, 100000, "pictures of the menu"},
    [BH_LIMIT_PICTURES_BYTES] = {"pictures-bytes", 200 * MIB, 256 * KIB, 4096 * MIB,
                                 "all pictures of the menu together"},
    [BH_LIMIT_BACKUP_SECONDS] = {"backup-seconds", 300, 0, 86400,
                                 "from the start to a backup that is overdue"},
};

G_DEFINE_QUARK(bh_limit_error_quark, bh_limit_error)

void
bh_limit_set_init(BhLimitSet *limits)
{
  for (guint i = 0; i < BH_N_LIMITS; i++)
    limits->values[i] = specs[i].standard;
}

guint64
bh_limit_set_get(const BhLimitSet *limits, BhLimit limit)
{
  g_return_val_if_fail((guint)limit < BH_N_LIMITS, 0);

  return limits->values[limit];
}

void
bh_limit_set_put(BhLimitSet *limits, BhLimit limit, guint64 value)
{
  g_return_if_fail((guint)limit < BH_N_LIMITS);
  g_return_if_fail(value >= specs[limit].min && value <= specs[limit].max);

  limits->values[limit] = value;
}

static char *
known_names(void)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (guint i = 0; i < BH_N_LIMITS; i++)
    g_ptr_array_add(names, (gpointer)specs[i].name);
  g_ptr_array_add(names, NULL);
  return g_strjoinv(", ", (char **)names->pdata);
}

gboolean
bh_limit_set_parse(BhLimitSet *limits, const char *assignment, GError **error)
{
  const char *equals = strchr(assignment, '=');
  gsize name_length = equals != NULL ? (gsize)(equals - assignment) : strlen(assignment);
  g_autofree char *names = NULL;

  for (guint i = 0; i < BH_N_LIMITS; i++) {
    const LimitSpec *spec = &specs[i];
    guint64 value;

    if (strlen(spec->name) != name_length || strncmp(spec->name, assignment, name_length) != 0)
      continue;
    if (equals == NULL ||
        !g_ascii_string_to_unsigned(equals + 1, 10, spec->min, spec->max, &value, NULL)) {
      g_set_error(error, BH_LIMIT_ERROR, BH_LIMIT_ERROR_VALUE,
                  "%s must be a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
                  spec->name, spec->min, spec->max);
      return FALSE;
    }
    limits->values[i] = value;
    return TRUE;
  }

  names = known_names();
  g_set_error(error, BH_LIMIT_ERROR, BH_LIMIT_ERROR_NAME,
              "There is no limit called “%.*s”. The limits are: %s", (int)name_length, assignment,
              names);
  return FALSE;
}

char *
bh_limit_describe(void)
{
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < BH_N_LIMITS; i++)
    g_string_append_printf(
        text,
        "  %-23s %9" G_GUINT64_FORMAT "  (%" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ") %s\n",
        specs[i].name, specs[i].standard, specs[i].min, specs[i].max, specs[i].meaning);
  return g_string_free(text, FALSE);
}
