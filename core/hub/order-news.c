/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "order-news.h"

#include <string.h>

#include "cut-off.h"
#include "hub-state.h"
#include "kind-table.h"

#define NEWS_MS (G_GINT64_CONSTANT(24) * 60 * 60 * 1000)

struct _BhOrderNews {
  BhProperty *property;
  BhCommandDesk *commands;
  BhLogDesk *log;
  BhHubState *state;
};

/* Whom a piece of news is for. */
typedef struct {
  BhOrderNews *news;
  const char *except_device_id; /* (nullable): whose command it was */
  const json_t *to;             /* (nullable): of a message */
} Audience;

/* --- who --- */

static gboolean
is_bare(Audience *audience, BhMember *member)
{
  BhOrderNews *self = audience->news;

  return bh_role_may(bh_member_get_role(member), BH_ACTION_REPLICATE) &&
         bh_member_get_hears(member) && !bh_log_desk_is_speaker(self->log, member) &&
         g_str_equal(bh_member_get_tenant_id(member), self->state->tenant_id) &&
         g_strcmp0(bh_member_get_device_id(member), audience->except_device_id) != 0;
}

static gboolean
gets_order(BhMember *member, gpointer user_data)
{
  return is_bare(user_data, member);
}

static const char *
get_addressee(const json_t *to, const char *name)
{
  return json_string_value(json_object_get(to, name));
}

/* A message for nobody in particular is for all who work here. */
static gboolean
gets_message(BhMember *member, gpointer user_data)
{
  Audience *audience = user_data;
  const char *device_id = bh_member_get_device_id(member);
  const char *person_id = NULL;
  const json_t *to = audience->to;

  if (!is_bare(audience, member))
    return FALSE;
  if (json_object_size(to) == 0)
    return TRUE;
  if (bh_member_get_is_paired(member))
    person_id = bh_person_book_get_signed_in(audience->news->state->people, device_id);
  return g_strcmp0(get_addressee(to, "role"), bh_role_get_name(bh_member_get_role(member))) == 0 ||
         (bh_member_get_is_paired(member) &&
          g_strcmp0(get_addressee(to, "deviceId"), device_id) == 0) ||
         (person_id != NULL && g_strcmp0(get_addressee(to, "personId"), person_id) == 0);
}

static void
push(Audience *audience, BhEndpointFilter filter, const json_t *message)
{
  g_autoptr(GPtrArray) members =
      bh_endpoint_list_members(audience->news->state->endpoint, filter, audience);

  for (guint i = 0; i < members->len; i++)
    bh_member_tell(members->pdata[i], message);
}

/* --- what --- */

static void
push_order(BhOrderNews *self, const char *order_id, const char *entity)
{
  Audience audience = {.news = self,
                       .except_device_id = bh_command_desk_find_sender(self->commands, entity)};
  g_autoptr(json_t) order = bh_property_read_order(self->property, order_id);
  g_autoptr(json_t) message = NULL;

  if (order == NULL || json_is_true(json_object_get(order, "closed")) ||
      json_array_size(json_object_get(order, "lines")) == 0)
    return;
  message = json_pack("{s:s, s:O}", "type", "order", "order", order);
  push(&audience, gets_order, message);
}

static void
push_message(BhOrderNews *self, const BhOperation *op)
{
  Audience audience = {.news = self,
                       .except_device_id = bh_command_desk_find_sender(self->commands, op->entity),
                       .to = json_object_get(op->body, "to")};
  g_autoptr(json_t) notification = json_copy(op->body);
  g_autoptr(json_t) message = NULL;

  json_object_set_new(notification, "messageId", json_string(op->entity + strlen("message/")));
  message = json_pack("{s:s, s:O}", "type", "notification", "notification", notification);
  push(&audience, gets_message, message);
}

/* Returns: (transfer none) (nullable): the order that has more lines by @op */
static const char *
find_order(const BhOperation *op)
{
  if (g_str_equal(op->kind, "order.lines") || g_str_equal(op->kind, "order.open"))
    return op->entity + strlen("order/");
  if (g_str_equal(op->kind, "line.move"))
    return json_string_value(json_object_get(op->body, "orderId"));
  return NULL;
}

static gboolean
is_news(BhOrderNews *self, const BhOperation *op)
{
  return !op->is_redacted && op->hlc_ms > bh_property_get_now_ms(self->property) - NEWS_MS &&
         bh_kind_table_judge(op) == NULL && !bh_cut_off_revokes(self->property, op);
}

static gboolean
is_anybody_bare(BhOrderNews *self)
{
  Audience audience = {.news = self};
  g_autoptr(GPtrArray) members =
      bh_endpoint_list_members(self->state->endpoint, gets_order, &audience);

  return members->len > 0;
}

static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, BhOrderNews *self)
{
  g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);

  if (!is_anybody_bare(self))
    return;
  for (guint i = 0; i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];
    const char *order_id = op->is_redacted ? NULL : find_order(op);

    if (!is_news(self, op))
      continue;
    /* Once, however many operations of a commit concern it. */
    if (order_id != NULL && g_hash_table_add(told, (gpointer)order_id)) {
      g_autofree char *entity = g_strconcat("order/", order_id, NULL);

      push_order(self, order_id, entity);
    } else if (g_str_equal(op->kind, "message.send")) {
      push_message(self, op);
    }
  }
}

BhOrderNews *
bh_order_news_new(BhProperty *property, BhCommandDesk *commands, BhLogDesk *log, BhHubState *state)
{
  BhOrderNews *self = g_new0(BhOrderNews, 1);

  self->property = g_object_ref(property);
  self->commands = g_object_ref(commands);
  self->log = log;
  self->state = state;
  g_signal_connect(property, "committed", G_CALLBACK(on_committed), self);
  return self;
}

void
bh_order_news_free(BhOrderNews *news)
{
  g_signal_handlers_disconnect_by_data(news->property, news);
  g_object_unref(news->property);
  g_object_unref(news->commands);
  g_free(news);
}
