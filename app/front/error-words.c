/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "error-words.h"

#include <glib/gi18n.h>

#include "control-client.h"

/* What the hub says no for. Its own words are for who writes programs. */
static const struct {
  const char *code, *words;
} refusals[] = {
    {"last-manager", N_("This is the only device that can manage the property. Pair another "
                        "manager first.")},
    {"bad-name", N_("A name has 1 to 64 plain characters.")},
    {"unknown-device", N_("This device is not there any more.")},
    {"unknown-printer", N_("This printer is not there any more.")},
    {"bad-address", N_("This is no printer’s address. It looks like 192.168.1.50 or "
                       "kitchen-printer.local.")},
    {"wrong-code", N_("The device shows another number now, or has gone. Let it ask once more.")},
    {"request-unknown", N_("The device has gone, or somebody else has answered it.")},
    {"rate-limited", N_("That was very often. Try again in a minute.")},
    {"queue-full", N_("Too much is waiting for this printer. Cancel something, or see what it "
                      "lacks.")},
    {"not-stored", N_("The disk of this computer did not take it. Is it full?")},
    {"not-found", N_("The running Bellhop is of another version and cannot do this. Restart it.")},
};

const char *
bh_error_words(const GError *error)
{
  const char *code;

  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return _("Cancelled.");
  if (error->domain != BH_CONTROL_ERROR)
    return error->message;
  /* Without the folder and the option that help at a terminal. */
  if (error->code == BH_CONTROL_ERROR_NO_HUB)
    return _("It is not running just now.");
  if (error->code == BH_CONTROL_ERROR_SILENT)
    return _("It takes too long. Restart this computer if that goes on.");
  code = bh_control_error_get_code(error);
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
    if (g_str_equal(refusals[i].code, code))
      return _(refusals[i].words);
  return error->message;
}
