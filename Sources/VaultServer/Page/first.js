// Runs before everything else: takes what stands behind # out of the address bar. Spec 11 §11.
window.fragment = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
