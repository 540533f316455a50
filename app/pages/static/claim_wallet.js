import {wait} from "./claim.js";

wait();
