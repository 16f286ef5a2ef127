/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "command-menu.h"

/* ISO 4217: a transaction without any currency. */
#define NO_CURRENCY "XXX"

/* As kinds.json has them. */
#define MAX_MODIFIERS 20

static BhRecord *
find_record(BhProperty *property, const char *type, const char *id)
{
  g_autofree char *name = g_strconcat(type, "/", id, NULL);

  return bh_property_get_record(property, name);
}

static json_t *
get_register(const BhRecord *record, const char *path)
{
  return record != NULL ? bh_record_get_register(record, path) : NULL;
}

/* --- what the item says --- */

/* Returns: (transfer none) (nullable): the item's record, if it is on the menu at all */
static BhRecord *
find_item(BhProperty *property, const char *item_id)
{
  BhRecord *item = item_id != NULL ? find_record(property, "item", item_id) : NULL;

  return json_is_string(get_register(item, "name")) ? item : NULL;
}

static gboolean
is_available(const BhRecord *item)
{
  const json_t *remaining = get_register(item, "remaining");

  return !json_is_true(get_register(item, "removed")) &&
         !json_is_false(get_register(item, "available")) &&
         !(json_is_integer(remaining) && json_integer_value(remaining) <= 0);
}

/* Returns: (transfer full) (nullable): the item's tax as a line holds it */
static json_t *
make_tax(BhProperty *property, const BhRecord *item)
{
  const char *tax_id = json_string_value(get_register(item, "taxId"));
  const BhRecord *tax = tax_id != NULL ? find_record(property, "tax", tax_id) : NULL;
  json_t *name = get_register(tax, "name");
  json_t *rate = get_register(tax, "rateBp");

  if (name == NULL || rate == NULL)
    return NULL;
  return json_pack("{s:O, s:O, s:b, s:s}", "name", name, "rateBp", rate, "included",
                   !json_is_false(get_register(tax, "included")), "taxId", tax_id);
}

static void
fill_from_item(BhProperty *property, const BhRecord *item, json_t *out)
{
  static const char *const names[] = {"name", "price", "stationId", "allergens"};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (json_object_get(out, names[i]) == NULL)
      bh_command_set(out, names[i], get_register(item, names[i]));
  if (json_object_get(out, "tax") == NULL) {
    json_t *tax = make_tax(property, item);

    if (tax != NULL)
      json_object_set_new(out, "tax", tax);
  }
}

/* --- modifiers --- */

static const json_t *
find_choice(const BhRecord *modifier, const char *choice_id)
{
  const json_t *choices = get_register(modifier, "choices");
  const json_t *choice;
  gsize i;

  json_array_foreach((json_t *)choices, i, choice)
  {
    const char *id = json_string_value(json_object_get(choice, "choiceId"));

    if (choice_id != NULL && g_strcmp0(id, choice_id) == 0)
      return choice;
  }
  return NULL;
}

static gboolean
offers_modifier(const BhRecord *item, const char *modifier_id)
{
  const json_t *ids = get_register(item, "modifierIds");
  const json_t *id;
  gsize i;

  json_array_foreach((json_t *)ids, i, id)
  {
    if (modifier_id != NULL && g_strcmp0(json_string_value(id), modifier_id) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Returns: (transfer full) (nullable): one modifier as a line holds it; %NULL: there is no such */
static json_t *
make_modifier(BhProperty *property, const BhCommandSender *sender, const BhRecord *item,
              const json_t *wanted)
{
  gboolean is_guest = sender->role == BH_ROLE_GUEST;
  const char *modifier_id = json_string_value(json_object_get(wanted, "modifierId"));
  const char *choice_id = json_string_value(json_object_get(wanted, "choiceId"));
  const BhRecord *modifier =
      bh_command_is_id(modifier_id) ? find_record(property, "modifier", modifier_id) : NULL;
  const json_t *choice = find_choice(modifier, choice_id);
  json_t *out;

  if (is_guest && (choice == NULL || !offers_modifier(item, modifier_id) ||
                   json_is_true(get_register(modifier, "removed"))))
    return NULL;
  out = json_object();
  if (!is_guest) {
    bh_command_set(out, "name", json_object_get(wanted, "name"));
    bh_command_set(out, "price", json_object_get(wanted, "price"));
  }
  if (json_object_get(out, "name") == NULL)
    bh_command_set(out, "name", json_object_get(choice, "name"));
  if (json_object_get(out, "price") == NULL)
    bh_command_set(out, "price", json_object_get(choice, "price"));
  bh_command_set(out, "modifierId", json_object_get(wanted, "modifierId"));
  bh_command_set(out, "choiceId", json_object_get(wanted, "choiceId"));
  bh_command_set(out, "quantity", json_object_get(wanted, "quantity"));
  return out;
}

static gint64
count_chosen(const json_t *modifiers, const char *modifier_id)
{
  const json_t *chosen;
  gint64 count = 0;
  gsize i;

  json_array_foreach((json_t *)modifiers, i, chosen)
  {
    const json_t *quantity = json_object_get(chosen, "quantity");

    if (g_strcmp0(json_string_value(json_object_get(chosen, "modifierId")), modifier_id) == 0)
      count += json_is_integer(quantity) ? json_integer_value(quantity) : 1;
  }
  return count;
}

/* Whether a guest has chosen as much as each modifier of the item asks for, and not more. */
static gboolean
is_chosen_well(BhProperty *property, const BhRecord *item, const json_t *modifiers)
{
  const json_t *ids = get_register(item, "modifierIds");
  const json_t *id;
  gsize i;

  json_array_foreach((json_t *)ids, i, id)
  {
    const char *modifier_id = json_string_value(id);
    const BhRecord *modifier = find_record(property, "modifier", modifier_id);
    const json_t *min = get_register(modifier, "min");
    const json_t *max = get_register(modifier, "max");
    gint64 count = count_chosen(modifiers, modifier_id);

    if (modifier == NULL || json_is_true(get_register(modifier, "removed")))
      continue;
    if ((json_is_integer(min) && count < json_integer_value(min)) ||
        (json_is_integer(max) && json_integer_value(max) > 0 && count > json_integer_value(max)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_modifiers(BhProperty *property, const BhCommandSender *sender, const BhRecord *item,
              const json_t *line, json_t *out, BhCommandPlan *plan)
{
  const json_t *wanted = json_object_get(line, "modifiers");
  g_autoptr(json_t) modifiers = json_array();
  const json_t *one;
  gsize i;

  if (json_array_size(wanted) > MAX_MODIFIERS)
    return bh_command_plan_refuse_bad(plan, "A line has at most 20 modifiers.");
  json_array_foreach((json_t *)wanted, i, one)
  {
    json_t *modifier = make_modifier(property, sender, item, one);

    if (modifier == NULL)
      return bh_command_plan_refuse(plan, "not-available", "There is no such modifier.");
    json_array_append_new(modifiers, modifier);
  }
  if (sender->role == BH_ROLE_GUEST && !is_chosen_well(property, item, modifiers))
    return bh_command_plan_refuse(plan, "not-available", "The item needs other modifiers.");
  if (json_array_size(modifiers) > 0)
    json_object_set(out, "modifiers", modifiers);
  return TRUE;
}

/* --- a line --- */

/* A till may have items of its own: whoever works here may name anything that it gives a price. */
static gboolean
needs_menu(const BhCommandSender *sender, const json_t *line, const char *item_id)
{
  return sender->role == BH_ROLE_GUEST ||
         (item_id != NULL &&
          (json_object_get(line, "name") == NULL || json_object_get(line, "price") == NULL));
}

static json_t *
copy_line(const BhCommandSender *sender, const json_t *line, const char *line_id)
{
  static const char *const names[] = {"itemId", "quantity", "course",    "note",     "name",
                                      "price",  "tax",      "stationId", "allergens"};
  /* What stands behind the first four is the menu's to say where a guest orders. */
  gsize count = sender->role == BH_ROLE_GUEST ? 4 : G_N_ELEMENTS(names);
  json_t *out = json_pack("{s:s}", "lineId", line_id);

  for (gsize i = 0; i < count; i++)
    bh_command_set(out, names[i], json_object_get(line, names[i]));
  if (json_object_get(out, "quantity") == NULL)
    json_object_set_new(out, "quantity", json_integer(1));
  return out;
}

json_t *
bh_command_menu_make_line(BhProperty *property, const BhCommandSender *sender, const json_t *line,
                          const char *line_id, BhCommandPlan *plan)
{
  const char *item_id;
  const BhRecord *item;
  g_autoptr(json_t) out = NULL;

  if (!bh_command_get_id(line, "itemId", &item_id)) {
    bh_command_plan_refuse_bad(plan, "An itemId is an id.");
    return NULL;
  }
  item = find_item(property, item_id);
  if ((item == NULL && needs_menu(sender, line, item_id)) ||
      (item != NULL && !is_available(item))) {
    bh_command_plan_refuse(plan, "not-available", "An item is not on the menu, or not there.");
    return NULL;
  }
  out = copy_line(sender, line, line_id);
  if (item != NULL)
    fill_from_item(property, item, out);
  if (!add_modifiers(property, sender, item, line, out, plan))
    return NULL;
  return g_steal_pointer(&out);
}

static void
look_for_currency(const char *name, BhRecord *record, gpointer user_data)
{
  const char **currency = user_data;
  const char *own = json_string_value(bh_record_get_register(record, "currency"));

  /* Whichever is first in the alphabet, so that it does not depend on the order of a table. */
  if (own != NULL && (*currency == NULL || g_strcmp0(own, *currency) < 0))
    *currency = own;
}

const char *
bh_command_menu_find_currency(BhProperty *property, const json_t *lines)
{
  const BhRecord *house = find_record(property, "property", "house");
  const char *currency = json_string_value(get_register(house, "currency"));
  const json_t *line;
  gsize i;

  if (currency != NULL)
    return currency;
  json_array_foreach((json_t *)lines, i, line)
  {
    const char *item_id = NULL;

    if (!bh_command_get_id(line, "itemId", &item_id))
      continue;
    currency = json_string_value(get_register(find_item(property, item_id), "currency"));
    if (currency != NULL)
      return currency;
  }
  bh_property_visit_records(property, "item/", look_for_currency, &currency);
  return currency != NULL ? currency : NO_CURRENCY;
}
