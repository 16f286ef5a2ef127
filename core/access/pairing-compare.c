/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-desk-private.h"

#include "sign-key.h"

/*
 * The desk's half that pairs by a code: what the device asks, and what the manager answers. A
 * request is looked up again by its id when the store has answered.
 */

/* Compare: the device ------------------------------------------------------------------------ */

/* Each refusal of a synchronous call goes through here. Returns: %FALSE */
static gboolean
refuse(BhPairingDesk *self, GError *problem, const char *address, GError **error)
{
  bh_pairing_desk_note_refusal(self, problem, address);
  g_propagate_error(error, problem);
  return FALSE;
}

static gboolean
judge_request(BhPairingDesk *self, const json_t *body, const char *address, BhRequestBody *out,
              GError **error)
{
  if (!bh_pairing_desk_take_try(self, self->tries, address, error) ||
      !bh_request_body_parse(body, out, error) ||
      !bh_pairing_desk_take_try(self, self->requests, NULL, error))
    return FALSE;
  if (bh_comparison_list_may_add(self->comparisons, address))
    return TRUE;
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_RATE_LIMITED,
              "too many devices ask at this moment; wait three minutes");
  return FALSE;
}

json_t *
bh_pairing_desk_request(BhPairingDesk *desk, const json_t *body, const char *address,
                        GError **error)
{
  BhRequestBody request;
  BhComparison *comparison;
  BhPairingTime now;
  GError *problem = NULL;
  json_t *answer;

  g_return_val_if_fail(BH_IS_PAIRING_DESK(desk), NULL);

  bh_pairing_desk_tidy(desk);
  if (!judge_request(desk, body, address, &request, &problem)) {
    refuse(desk, problem, address, error);
    return NULL;
  }
  now = bh_pairing_desk_get_now(desk);
  comparison = bh_comparison_new(&request, address, now.utc_ms, now.run_ms);
  bh_comparison_list_take(desk->comparisons, comparison);
  bh_pairing_desk_schedule(desk);

  answer = json_pack("{s:s, s:I}", "requestId", comparison->request_id, "expiresMs",
                     (json_int_t)BH_COMPARISON_LIFETIME_MS);
  bh_pairing_desk_set_bytes(answer, "hubKey", bh_sign_key_get_public(desk->hub_key),
                            BH_SIGN_KEY_BYTES);
  bh_pairing_desk_set_bytes(answer, "nonce", comparison->hub_nonce, sizeof comparison->hub_nonce);
  return answer;
}

static gboolean
open_comparison(BhPairingDesk *self, const json_t *body, const char *address, GError **error)
{
  BhOpenBody open;
  BhComparison *comparison;

  if (!bh_pairing_desk_take_try(self, self->polls, address, error) ||
      !bh_open_body_parse(body, &open, error))
    return FALSE;
  comparison = bh_comparison_list_find(self->comparisons, open.request_id);
  if (comparison == NULL) {
    g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_REQUEST_UNKNOWN,
                "there is no such request, or it is over");
    return FALSE;
  }
  if (!bh_comparison_open(comparison, bh_sign_key_get_public(self->hub_key), &open)) {
    g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_PROOF,
                "this does not come from the device that asked");
    return FALSE;
  }
  return TRUE;
}

json_t *
bh_pairing_desk_open(BhPairingDesk *desk, const json_t *body, const char *address, GError **error)
{
  GError *problem = NULL;

  g_return_val_if_fail(BH_IS_PAIRING_DESK(desk), NULL);

  bh_pairing_desk_tidy(desk);
  if (!open_comparison(desk, body, address, &problem)) {
    refuse(desk, problem, address, error);
    return NULL;
  }
  bh_pairing_desk_schedule(desk);
  bh_pairing_desk_emit_requests_changed(desk);
  return json_object();
}

static json_t *
describe_accepted(BhPairingDesk *self, const BhComparison *comparison)
{
  const BhDevice *device = bh_device_book_find(self->book, comparison->device_id);
  g_autoptr(GBytes) answer = NULL;
  guint8 signature[BH_PAIRING_SIGNATURE_BYTES];
  json_t *object;

  if (device == NULL || device->revoked_ms != 0)
    return json_pack("{s:s}", "state", "refused");
  answer = bh_pairing_facts_answer(self->facts, self->hub_key, device,
                                   bh_pairing_desk_get_now(self).utc_ms);
  bh_comparison_sign_answer(self->hub_key, comparison->request_id, answer, signature);
  object = json_pack("{s:s}", "state", "accepted");
  bh_pairing_desk_set_bytes(object, "answer", g_bytes_get_data(answer, NULL),
                            g_bytes_get_size(answer));
  bh_pairing_desk_set_bytes(object, "sig", signature, sizeof signature);
  return object;
}

static json_t *
describe_result(BhPairingDesk *self, const BhComparison *comparison)
{
  if (comparison == NULL)
    return json_pack("{s:s}", "state", "expired");
  if (comparison->state == BH_COMPARISON_ACCEPTED)
    return describe_accepted(self, comparison);
  return json_pack("{s:s}", "state",
                   comparison->state == BH_COMPARISON_REFUSED ? "refused" : "waiting");
}

static void
finish_comparison(BhPairingDesk *self, BhComparison *comparison, const char *device_id)
{
  bh_comparison_finish(comparison, device_id, bh_pairing_desk_get_now(self).run_ms);
  bh_pairing_desk_schedule(self);
  bh_pairing_desk_emit_requests_changed(self);
}

/*
 * The request that a device names and proves to have made. @comparison: (out): %NULL: it is not
 * known
 *
 * Returns: %FALSE exactly when @error is set
 */
static gboolean
find_asked(BhPairingDesk *desk, const json_t *body, const char *address, BhComparison **comparison,
           GError **error)
{
  BhResultBody asked;
  GError *problem = NULL;

  bh_pairing_desk_tidy(desk);
  if (!bh_pairing_desk_take_try(desk, desk->polls, address, &problem) ||
      !bh_result_body_parse(body, &asked, &problem)) {
    refuse(desk, problem, address, error);
    return FALSE;
  }
  *comparison = bh_comparison_list_find(desk->comparisons, asked.request_id);
  if (*comparison != NULL && !bh_comparison_knows(*comparison, asked.nonce)) {
    refuse(desk,
           g_error_new(BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_PROOF,
                       "this does not come from the device that asked"),
           address, error);
    return FALSE;
  }
  return TRUE;
}

json_t *
bh_pairing_desk_result(BhPairingDesk *desk, const json_t *body, const char *address, GError **error)
{
  BhComparison *comparison;

  g_return_val_if_fail(BH_IS_PAIRING_DESK(desk), NULL);

  return find_asked(desk, body, address, &comparison, error) ? describe_result(desk, comparison)
                                                             : NULL;
}

json_t *
bh_pairing_desk_cancel(BhPairingDesk *desk, const json_t *body, const char *address, GError **error)
{
  BhComparison *comparison;

  g_return_val_if_fail(BH_IS_PAIRING_DESK(desk), NULL);

  if (!find_asked(desk, body, address, &comparison, error))
    return NULL;
  if (comparison != NULL && comparison->state == BH_COMPARISON_OPEN)
    finish_comparison(desk, comparison, NULL);
  return json_object();
}

/* Compare: the manager ----------------------------------------------------------------------- */

json_t *
bh_pairing_desk_list_requests(BhPairingDesk *desk)
{
  g_return_val_if_fail(BH_IS_PAIRING_DESK(desk), NULL);

  bh_pairing_desk_tidy(desk);
  return bh_comparison_list_describe(desk->comparisons, bh_pairing_desk_get_now(desk).run_ms);
}

/* People read and type it as "482 193". @out: six digits and a NUL */
static gboolean
read_code(const char *text, char *out)
{
  gsize length = 0;

  for (; text != NULL && *text != '\0'; text++) {
    if (*text == ' ')
      continue;
    if (!g_ascii_isdigit(*text) || length == BH_PAIRING_CODE_DIGITS)
      return FALSE;
    out[length++] = *text;
  }
  out[length] = '\0';
  return length == BH_PAIRING_CODE_DIGITS;
}

static BhComparison *
find_open(BhPairingDesk *self, const char *request_id, GError **error)
{
  BhComparison *comparison = bh_comparison_list_find(self->comparisons, request_id);

  if (comparison != NULL && comparison->state == BH_COMPARISON_OPEN)
    return comparison;
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_REQUEST_UNKNOWN,
              "there is no such request, or it is over");
  return NULL;
}

/*
 * Also with a request's id its code must be the only one of its kind: who listens on the network
 * can know a device's code, and would ask again and again until a request of their own shows it.
 */
static BhComparison *
find_compared(BhPairingDesk *self, const char *code_text, const char *request_id, GError **error)
{
  BhComparison *asked = request_id != NULL ? find_open(self, request_id, error) : NULL;
  BhComparison *shown;
  char code[BH_PAIRING_CODE_DIGITS + 1];

  if (request_id != NULL && asked == NULL)
    return NULL;
  shown =
      read_code(code_text, code) ? bh_comparison_list_find_by_code(self->comparisons, code) : NULL;
  if (shown != NULL && (asked == NULL || asked == shown))
    return shown;
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_WRONG_CODE,
              "no device, or more than one, shows this code: look again, or ask the device to "
              "begin anew");
  if (asked != NULL && ++asked->wrong_codes >= BH_COMPARISON_MAX_WRONG_CODES)
    finish_comparison(self, asked, NULL);
  return NULL;
}

static void
accept_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhPairingDesk *self = g_task_get_source_object(task);
  BhComparison *comparison = bh_comparison_list_find(self->comparisons, g_task_get_task_data(task));
  g_autoptr(BhDevice) device = NULL;
  GError *error = NULL;

  /* While it is ACCEPTING nothing takes it away. */
  g_assert(comparison != NULL);
  device = bh_device_book_add_finish(BH_DEVICE_BOOK(source), result, &error);
  if (device == NULL) {
    comparison->state = BH_COMPARISON_OPEN;
    bh_pairing_desk_schedule(self);
    bh_pairing_desk_emit_requests_changed(self);
    g_task_return_error(task, bh_pairing_desk_translate(error));
    return;
  }
  bh_pairing_desk_note_paired(self, device, comparison->address);
  finish_comparison(self, comparison, device->device_id);
  g_task_return_pointer(task, g_steal_pointer(&device), (GDestroyNotify)bh_device_unref);
}

void
bh_pairing_desk_accept_async(BhPairingDesk *desk, const char *code, const char *request_id,
                             BhRole role, const char *name, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(BhDevice) device = NULL;
  g_autofree char *clean = NULL;
  BhComparison *comparison;
  GError *error = NULL;

  g_return_if_fail(BH_IS_PAIRING_DESK(desk));

  task = g_task_new(desk, NULL, callback, user_data);
  bh_pairing_desk_tidy(desk);
  if (!bh_pairing_desk_check_role(role, &error) ||
      !bh_pairing_desk_take_try(desk, desk->codes, NULL, &error) ||
      (comparison = find_compared(desk, code, request_id, &error)) == NULL ||
      (clean = bh_pairing_desk_choose_name(name, comparison->name, &error)) == NULL) {
    bh_pairing_desk_note_refusal(desk, error, NULL);
    g_task_return_error(task, error);
    return;
  }
  device = bh_device_new(comparison->public_key, role, clean, BH_DEVICE_KIND_CODE, NULL,
                         bh_pairing_desk_get_now(desk).utc_ms);
  g_task_set_task_data(task, g_strdup(comparison->request_id), g_free);
  comparison->state = BH_COMPARISON_ACCEPTING;
  bh_device_book_add_async(desk->book, device, accept_cb, g_steal_pointer(&task));
  bh_pairing_desk_emit_requests_changed(desk);
}

BhDevice *
bh_pairing_desk_accept_finish(BhPairingDesk *desk, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, desk), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

gboolean
bh_pairing_desk_decline(BhPairingDesk *desk, const char *request_id, GError **error)
{
  BhComparison *comparison;

  g_return_val_if_fail(BH_IS_PAIRING_DESK(desk) && request_id != NULL, FALSE);

  bh_pairing_desk_tidy(desk);
  comparison = find_open(desk, request_id, error);
  if (comparison == NULL)
    return FALSE;
  finish_comparison(desk, comparison, NULL);
  return TRUE;
}
