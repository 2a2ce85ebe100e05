// What every page shares. Each part works without this file; it only saves a hand some work.
import { forgetOnSignOut, forgetSaved } from "./draft.js";
import { closeMenus } from "./menus.js";
import { offerPrint } from "./print.js";
import { readDates } from "./study-date.js";
import { sendOnce } from "./send-once.js";

closeMenus();
readDates();
offerPrint();
sendOnce();
forgetSaved();
forgetOnSignOut();
