// What was answered and not yet acknowledged, kept on this machine: IndexedDB, else localStorage, else this page alone.
// An entry is {key, slot, verb, response, sequence, epoch, typedAt}; the latest of a key replaces the one before.
const STORE = "entries";

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

class Database {
  constructor(database) {
    this.database = database;
  }

  #store(mode) {
    return this.database.transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
  }

  async all() {
    return finished(this.#store("readonly").getAll());
  }

  async put(entry) {
    await finished(this.#store("readwrite").put(entry));
  }

  // Only the entry that was acknowledged goes; a newer one under the same key stays.
  async remove(key, sequence) {
    const store = this.#store("readwrite");
    const held = await finished(store.get(key));
    if (held && held.sequence <= sequence) await finished(store.delete(key));
  }

  close() {
    this.database.close();
  }
}

class Local {
  constructor(name) {
    this.name = name;
    this.memory = {};
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? "{}");
    } catch {
      return this.memory;
    }
  }

  #write(entries) {
    this.memory = entries;
    try {
      localStorage.setItem(this.name, JSON.stringify(entries));
    } catch {
      // The page itself still holds the entries.
    }
  }

  async all() {
    return Object.values(this.#read());
  }

  async put(entry) {
    this.#write({ ...this.#read(), [entry.key]: entry });
  }

  async remove(key, sequence) {
    const entries = this.#read();
    if (entries[key]?.sequence <= sequence) delete entries[key];
    this.#write(entries);
  }

  close() {}
}

export const nameOf = (sitting) => `kaoping-${sitting}`;

export async function open(sitting) {
  try {
    const request = indexedDB.open(nameOf(sitting), 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    return new Database(await finished(request));
  } catch {
    return new Local(nameOf(sitting));
  }
}

export async function clear(sitting) {
  try {
    localStorage.removeItem(nameOf(sitting));
    await finished(indexedDB.deleteDatabase(nameOf(sitting)));
  } catch {
    // Nothing was stored.
  }
}
