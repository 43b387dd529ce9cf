// The designer of a flowing sheet: the picture follows what is typed.
import { follow } from "./layout-preview.js";

const form = document.getElementById("designer");
const picture = form.querySelector("[data-picture]");
follow(form, picture, (drawn) => { picture.src = drawn; });
